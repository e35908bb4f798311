CREATE TABLE visma_tokens (
    id character varying(64) NOT NULL,
    token_key text NOT NULL,
    is_connection boolean NOT NULL,
    version character varying(64) NOT NULL,
    record bytea NOT NULL,
    CONSTRAINT pk_visma_tokens PRIMARY KEY (id)
);
CREATE INDEX ix_visma_tokens_is_connection_id ON visma_tokens (is_connection, id);
