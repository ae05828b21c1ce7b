# An image that holds the program, certificates and nothing else: no shell, no libraries.
#
#   docker build --tag runsheet .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" runsheet build flows
FROM rust:1.95-alpine AS build
RUN apk add --no-cache bash binutils ca-certificates musl-dev
COPY . /source
RUN cp "$(/source/scripts/static.sh)" /runsheet

FROM scratch
# `publish` checks the certificates of a wiki against these.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /runsheet /runsheet
WORKDIR /work
USER 65534:65534
ENTRYPOINT ["/runsheet"]
