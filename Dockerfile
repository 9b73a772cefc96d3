# The service alone; compose.yaml adds the database, the migrations and the data.
# `make image` builds it, or proves that it builds where no Docker runs; BASE is any image with Python >= 3.11.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS python
WORKDIR /app
COPY scripts/uv.lock scripts/
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir --require-hashes -r scripts/uv.lock
COPY requirements.lock ./
RUN python3 -m venv --without-pip .venv \
    && /opt/uv/bin/uv pip install --python .venv/bin/python --no-cache --require-hashes -r requirements.lock
COPY pyproject.toml ./
COPY api api
COPY gis gis
# Editable, so that it finds its data and pages beside itself, as in a checkout. What only builds it goes again.
RUN /opt/uv/bin/uv pip install --python .venv/bin/python --no-cache --no-deps --no-build-isolation --editable . \
    && /opt/uv/bin/uv pip uninstall --python .venv/bin/python uv hatchling editables \
    && .venv/bin/python -m compileall -q .venv/lib api gis

FROM ${BASE} AS assets
WORKDIR /app
COPY scripts/node.lock scripts/
RUN python3 -m venv /opt/node && /opt/node/bin/pip install --no-cache-dir --require-hashes -r scripts/node.lock
COPY package.json package-lock.json .npmrc ./
RUN PATH="/opt/node/bin:$PATH" npm ci --ignore-scripts --no-progress

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin registry
WORKDIR /app
COPY --from=python /app /app
COPY --from=assets /app/node_modules node_modules
COPY migrations migrations
COPY web web
COPY data data
COPY scripts/press.py scripts/
COPY LICENSE package.json ./
RUN .venv/bin/python scripts/press.py
ENV PATH="/app/.venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live', timeout=2)"]
CMD ["zones", "serve"]
