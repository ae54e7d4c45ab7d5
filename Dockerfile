# One image for every process of Sheaf; its command says which: api, worker, frontend or migrate.
#   docker build --build-arg PIP_ARGS='--extra-index-url ADDRESS' --tag sheaf .
# Without CPU builds of PyTorch at that address the image carries some gigabytes of CUDA that Sheaf does not use.
ARG DEBIAN=debian:12.12-slim

FROM ${DEBIAN} AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONSTRAINT=/source/constraints.txt
WORKDIR /source
RUN python3 -m venv /opt/sheaf
# The dependencies are a layer of their own: a change of our code does not install them again.
COPY constraints.txt pyproject.toml ./
ARG PIP_ARGS=""
RUN python3 -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' >needed.txt \
    && /opt/sheaf/bin/pip install ${PIP_ARGS} --requirement needed.txt
COPY . .
RUN /opt/sheaf/bin/pip install ${PIP_ARGS} --no-deps . \
    && /opt/sheaf/bin/pip uninstall --yes pip

FROM ${DEBIAN}
ARG VERSION=0.1.0
ARG REVISION=""
LABEL org.opencontainers.image.title="Sheaf" \
      org.opencontainers.image.description="Document intelligence that people trust with their paperwork" \
      org.opencontainers.image.licenses="Apache-2.0 AND CC-BY-SA-4.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# tini is process 1: it hands signals on, and buries what guarded children leave behind when they are killed.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 tesseract-ocr fonts-liberation tini \
        libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin sheaf \
    && install --directory --owner=sheaf --group=sheaf /data /data/objects
COPY --from=build /opt/sheaf /opt/sheaf
COPY infra/image/health.py /opt/health.py
# Only /data and /tmp are written to. Models come with the packages; nothing is asked of any network.
ENV PATH=/opt/sheaf/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 HF_HUB_DISABLE_TELEMETRY=1 ANONYMIZED_TELEMETRY=False \
    SHEAF_DATA=/data
USER sheaf
WORKDIR /data
VOLUME /data
EXPOSE 8000 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "/opt/health.py"]
ENTRYPOINT ["tini", "--", "sheaf"]
CMD ["api"]
