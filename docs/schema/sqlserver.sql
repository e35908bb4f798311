CREATE TABLE [visma_tokens] (
    [id] varchar(64) NOT NULL,
    [token_key] varchar(max) NOT NULL,
    [is_connection] bit NOT NULL,
    [version] varchar(64) NOT NULL,
    [record] varbinary(max) NOT NULL,
    CONSTRAINT [pk_visma_tokens] PRIMARY KEY ([id])
);
GO
CREATE INDEX [ix_visma_tokens_is_connection_id] ON [visma_tokens] ([is_connection], [id]);
GO
