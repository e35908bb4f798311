namespace Visma.Connect.Sdk.Sqlite;

/// <summary>The table, as docs/token-record.md describes it and docs/schema/sqlite.sql creates it.</summary>
internal static class SqliteTable
{
    private const string Create = """
        CREATE TABLE "visma_tokens" (
            "id" TEXT NOT NULL CONSTRAINT "pk_visma_tokens" PRIMARY KEY,
            "token_key" TEXT NOT NULL,
            "is_connection" INTEGER NOT NULL,
            "version" TEXT NOT NULL,
            "record" BLOB NOT NULL
        );
        CREATE INDEX "ix_visma_tokens_is_connection_id" ON "visma_tokens" ("is_connection", "id");
        """;

    /// <returns>Whether this process has created the table.</returns>
    public static bool CreateIfMissing(SqliteSession session)
    {
        if (session.HasTable())
        {
            return false;
        }

        // With the lock of a writer, so that of several processes that start together one creates it.
        session.Execute("BEGIN IMMEDIATE");
        bool isMissing = !session.HasTable();
        if (isMissing)
        {
            session.Execute(Create);
        }

        session.Execute("COMMIT");
        return isMissing;
    }
}
