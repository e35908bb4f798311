namespace Visma.Connect.Sdk.Tests.Import;

/// <summary>The CSV file of an import. Its reader is strict, and never quotes a value.</summary>
public class ConnectionCsvTests
{
    private const string Secret = "s3cret";

    [Fact]
    public async Task Every_column_is_read_in_any_order()
    {
        PortableConnection row = (await ReadAsync("""
            Token,name,company,subject,connectedAt,scopes,client
            t0ken,customer-42,a1b2,c3d4,2024-02-03T04:05:06+01:00,ea:api offline_access,eaccounting
            """)).Single();

        Assert.Equal(("eaccounting", "customer-42", "t0ken"), (row.Client, row.Name, row.Token));
        Assert.Equal(("a1b2", "c3d4"), (row.Company, row.Subject));
        Assert.Equal(new DateTimeOffset(2024, 2, 3, 4, 5, 6, TimeSpan.FromHours(1)), row.ConnectedAt);
        Assert.Equal(["ea:api", "offline_access"], row.Scopes);
    }

    [Fact]
    public async Task Optional_columns_may_be_absent_or_empty()
    {
        PortableConnection[] rows = [.. await ReadAsync("name,token,company,client\na,t1,,other\nb,t2,,\n", client: "nxt")];

        Assert.Equal(["other", "nxt"], rows.Select(row => row.Client));
        Assert.All(rows, row => Assert.Equal((null, null, null, 0), (row.Company, row.Subject, row.ConnectedAt, row.Scopes.Count)));
    }

    [Theory]
    [InlineData("name,token\na,t\nb,t\n")]
    [InlineData("name,token\r\na,t\r\n\r\nb,t")]
    [InlineData("\ufeffname;token\ra;t\rb;t\r")]
    [InlineData("\"name\",\"token\"\n\"a\",\"t\"\n\n\n\"b\",\"t\"")]
    public async Task Line_ends_separators_and_quotes_of_spreadsheets_are_read(string text) =>
        Assert.Equal([("a", "t"), ("b", "t")], (await ReadAsync(text, "nxt")).Select(row => (row.Name, row.Token)));

    [Fact]
    public async Task Quoted_fields_hold_separators_and_quotes() =>
        Assert.Equal("a,\"b\";c", (await ReadAsync("name,token\n\"a,\"\"b\"\";c\",t\n", "nxt")).Single().Name);

    [Fact]
    public async Task Lines_are_read_across_the_reader_s_buffer()
    {
        string[] names = [.. Enumerable.Range(0, 2_000).Select(number => $"customer-{number}")];

        List<PortableConnection> rows = await ReadAsync("name,token\r\n" + string.Concat(names.Select(name => $"{name},t\r\n")), "nxt");

        Assert.Equal(names, rows.Select(row => row.Name));
    }

    [Theory]
    [InlineData("", "Line 1, column 1: the name of the column is not known")]
    [InlineData("name,s3cret\n", "Line 1, column 2: the name of the column is not known")]
    [InlineData("name,token,NAME\n", "Line 1, column 3: there are two columns 'NAME'")]
    [InlineData("name,client\n", "Line 1: there is no column 'token'")]
    [InlineData("token,client\n", "Line 1: there is no column 'name'")]
    [InlineData("name,token\n", "Line 1: there is no column 'client'")]
    [InlineData("client,name,token\nnxt,a,s3cret,x\n", "Line 2 has 4 fields, and the first line names 3 columns")]
    [InlineData("client,name,token\nnxt,a,t\n\nnxt,s3cret\n", "Line 4 has 2 fields")]
    [InlineData("client,name,token\nnxt,\"a,s3cret\nnxt,b,t\n", "Line 2, column 2: a quote is misplaced")]
    [InlineData("client,name,token\nnxt,a,s3\"cret\n", "Line 2, column 3: a quote is misplaced")]
    [InlineData("client,name,token\nnxt,\"a\"s3cret,t\n", "Line 2, column 2: a quote is misplaced")]
    [InlineData("client,name,token,connectedAt\nnxt,a,s3cret,yesterday\n", "Line 2, column 'connectedAt': it is not a time with an offset")]
    [InlineData("client,name,token,connectedAt\nnxt,a,s3cret,2024-02-03T04:05:06\n", "Line 2, column 'connectedAt': it is not a time with an offset")]
    public async Task Fault_is_named_by_line_and_column_without_a_value(string text, string message)
    {
        FormatException error = await Assert.ThrowsAsync<FormatException>(() => ReadAsync(text));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_without_end_is_refused() => Assert.StartsWith(
        "Line 2 has more than 64000 characters",
        (await Assert.ThrowsAsync<FormatException>(() => ReadAsync("client,name,token\nnxt,a," + new string('x', 64_000)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Rows_before_a_fault_are_imported_and_skipped_when_the_file_is_corrected()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(2);
        string file = $"name,token\n{rows[0].Name},{rows[0].Token}\n{rows[1].Name},{rows[1].Token}";
        AppProcess process = app.StartProcess();

        FormatException error = await Assert.ThrowsAsync<FormatException>(() => ImportAsync(process, file + ",x"));
        ConnectionImportReport report = await ImportAsync(process, file);

        Assert.StartsWith("Line 3 ", error.Message, StringComparison.Ordinal);
        Assert.Equal([ConnectionImportOutcome.AlreadyConnected, ConnectionImportOutcome.Imported], report.Outcomes());
    }

    private static Task<ConnectionImportReport> ImportAsync(AppProcess process, string file) => process.Connections
        .ImportAsync(PortableConnectionCsv.ReadAsync(new StringReader(file), client: "nxt"), cancellationToken: TestApp.Cancellation)
        .Soon();

    private static async Task<List<PortableConnection>> ReadAsync(string text, string? client = null)
    {
        List<PortableConnection> rows = [];
        await foreach (PortableConnection row in PortableConnectionCsv.ReadAsync(new StringReader(text), client, TestApp.Cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }
}
