using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

public class SchemaTests(PostgresServer postgres)
{
    public static TheoryData<string> Databases => new("sqlite", "postgresql");

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Processes_that_start_together_find_or_make_one_table(string name)
    {
        using TokenDatabase database = Database(name);
        ITokenCache[] processes = [.. Enumerable.Range(0, 8).Select(_ => database.Open())];

        Task<bool>[] saving = [.. processes.Select(process => Task.Run(() => process.SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation).AsTask()))];
        bool[] created = await Task.WhenAll(saving).Soon("the first save of each process");

        Assert.Single(created, true);
    }

    // EnsureCreated would do nothing here, because the database already has a table.
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Table_is_added_to_a_database_that_has_others(string name)
    {
        using TokenDatabase database = Database(name);
        await database.ExecuteAsync("CREATE TABLE customers (id integer)");

        Assert.True(await database.Open().SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Table_of_the_script_serves_as_well_as_one_that_was_made_at_first_use(string name)
    {
        using TokenDatabase database = Database(name);
        await database.ExecuteAsync(ScriptOf(name));

        Assert.True(await database.Open().SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation));
        Assert.NotNull(await database.Open().GetAsync(Entries.Key, Entries.Cancellation));
    }

    [Fact]
    public void Scripts_are_those_of_this_version()
    {
        AssertIs("sqlite", new EntityFrameworkTokenCache(options => options.UseSqlite(), TestKeys.Serializer));
        AssertIs("postgresql", new EntityFrameworkTokenCache(options => options.UseNpgsql(), TestKeys.Serializer));
        AssertIs("sqlserver", new SilentSqlServer().Open());

        static void AssertIs(string name, EntityFrameworkTokenCache cache) =>
            Assert.Equal(ScriptOf(name), cache.GenerateCreateScript().ReplaceLineEndings("\n").Replace("\n\n\n", "\n", StringComparison.Ordinal).Trim() + "\n");
    }

    // The fewest rights that an application needs if a script created the table.
    [Fact]
    public async Task Application_needs_no_right_to_create_tables()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        string role = $"app_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"{ScriptOf("postgresql")}; CREATE ROLE {role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT SELECT, INSERT, UPDATE, DELETE ON visma_tokens TO {role}");
        string connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role }.ConnectionString;
        EntityFrameworkTokenCache cache = new(options => options.UseNpgsql(connection), TestKeys.Serializer);

        Assert.True(await cache.SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation));
    }

    // A wrong connection string. If the library created an empty database there, every user would have to connect again.
    [Fact]
    public async Task Database_that_is_missing_is_told_and_not_created()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        string wrong = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "prdo" }.ConnectionString;
        EntityFrameworkTokenCache cache = new(options => options.UseNpgsql(wrong), TestKeys.Serializer);

        for (int tries = 0; tries < 2; tries++)
        {
            Exception error = await Assert.ThrowsAsync<InvalidOperationException>(() => cache.GetAsync(Entries.Key, Entries.Cancellation).AsTask());
            Assert.Contains("Is the connection string right?", error.Message, StringComparison.Ordinal);
            Assert.Contains("database \"prdo\" does not exist", error.ToString(), StringComparison.Ordinal);
        }
    }

    // The failure of a first use, while the database is down, is not remembered.
    [Fact]
    public async Task Database_that_is_there_later_is_used_then()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        Directory.CreateDirectory(database.ConnectionString);
        ITokenCache cache = database.Open();
        await Assert.ThrowsAnyAsync<Exception>(() => cache.GetAsync(Entries.Key, Entries.Cancellation).AsTask());

        Directory.Delete(database.ConnectionString);

        Assert.Null(await cache.GetAsync(Entries.Key, Entries.Cancellation));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Lookups_go_by_an_index(string name)
    {
        using TokenDatabase database = Database(name);
        await database.Open().PrepareAsync(Entries.Cancellation);
        foreach (string query in (string[])[
            "SELECT * FROM visma_tokens WHERE id = 'a'",
            "UPDATE visma_tokens SET version = 'b' WHERE id = 'a' AND version = 'c'",
            "SELECT * FROM visma_tokens WHERE id > 'a' ORDER BY id LIMIT 200",
            "SELECT * FROM visma_tokens WHERE is_connection AND id > 'a' ORDER BY id LIMIT 200",
        ])
        {
            string plan = await database.PlanAsync(query);

            Assert.Matches("(?i)using (covering )?index|index scan", plan);
            Assert.DoesNotMatch("(?i)temp b-tree|sort", plan);
        }
    }

    private TokenDatabase Database(string name) => name == "sqlite" ? TokenDatabase.Sqlite() : TokenDatabase.Postgres(postgres);

    private static string ScriptOf(string name) => Repository.Read($"docs/schema/{name}.sql");
}
