# Two images, neither with a shell: `agent` for what stands beside pods and in their path (agent, webhook and certs), and
# `controller` for all other roles and the commands of a person, with git and ssh.
#
#     npm run image                                  builds and measures both with buildah, on a base of its own
#     docker build --target agent --tag mayfly-agent .        after `npm run image -- --bundle`
#
# BASE is only taken apart: it needs Node 24, git and ssh where Debian has them, and glibc.
ARG BASE=node:24-trixie

FROM ${BASE} AS agent-files
COPY tools/image/collect-files.mjs /collect-files.mjs
RUN ["/usr/local/bin/node", "/collect-files.mjs", "/files", "/usr/local/bin/node"]

FROM ${BASE} AS controller-files
COPY tools/image/collect-files.mjs /collect-files.mjs
RUN ["/usr/local/bin/node", "/collect-files.mjs", "/files", "/usr/local/bin/node", \
     "/usr/bin/git", "/usr/lib/git-core/git-remote-http", "/usr/lib/git-core/git-remote-https", \
     "/usr/bin/ssh", "/etc/ssl/certs/ca-certificates.crt"]

FROM scratch AS agent
COPY --from=agent-files /files /
COPY tools/image/passwd /etc/passwd
COPY tools/image/mayfly /usr/local/bin/mayfly
COPY dist/agent /app
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="mayfly-agent" \
      org.opencontainers.image.description="Mayfly beside an application: fetches its secrets into memory" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# No inspector by a signal. Dumps and reports are written only when asked for.
ENV PATH=/usr/local/bin NODE_OPTIONS=--disable-sigusr1
USER 65532:65532
WORKDIR /app
ENTRYPOINT ["/usr/local/bin/mayfly"]

FROM scratch AS controller
COPY --from=controller-files /files /
COPY tools/image/passwd /etc/passwd
COPY tools/image/mayfly /usr/local/bin/mayfly
COPY dist/program /app
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="mayfly" \
      org.opencontainers.image.description="Secrets that live only as long as they are needed" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
ENV PATH=/usr/local/bin:/usr/bin HOME=/nonexistent NODE_OPTIONS=--disable-sigusr1
USER 65532:65532
WORKDIR /app
ENTRYPOINT ["/usr/local/bin/mayfly"]
