-- A device has a row here once its twin was written to. ..._written holds when each value was: a tree like the values'.

CREATE TABLE twins (
    hub ${key} NOT NULL,
    device_id ${key} NOT NULL,
    version BIGINT NOT NULL,
    tags ${bytes} NOT NULL,
    desired ${bytes} NOT NULL,
    desired_written ${bytes} NOT NULL,
    desired_version BIGINT NOT NULL,
    reported ${bytes} NOT NULL,
    reported_written ${bytes} NOT NULL,
    reported_version BIGINT NOT NULL,
    PRIMARY KEY (hub, device_id)
);
