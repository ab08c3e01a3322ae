# Two stages: the first installs the hash-locked requirements, the second holds nothing but them and the product.
# Build: docker build -t journey-bi .      Run: see compose.yaml
FROM python:3.13-slim AS build
RUN python -m venv /opt/journey
COPY requirements.lock /tmp/requirements.lock
RUN /opt/journey/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock
COPY . /app
RUN /opt/journey/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable /app

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin journey \
    && install -d -o journey -g journey -m 0700 /data
COPY --from=build /opt/journey /opt/journey
COPY --from=build /app /app
ENV PATH=/opt/journey/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    JOURNEY_DATA=/data JOURNEY_HOST=0.0.0.0
WORKDIR /app
USER journey
VOLUME /data
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8050/healthz', timeout=4)"]
CMD ["sh", "-c", "journey init && exec journey serve"]
