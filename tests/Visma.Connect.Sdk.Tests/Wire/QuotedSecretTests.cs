using System.Net;
using System.Text;

namespace Visma.Connect.Sdk.Tests.Wire;

// Some servers repeat in their error text what they received, in any encoding.
public class QuotedSecretTests
{
    private const string Secret = "s3cret+2026/=é&new";
    private const string Short = "s3cret";

    public static TheoryData<string, Func<string, string>> Forms => new()
    {
        { "plain", secret => secret },
        { "percent encoding", Uri.EscapeDataString },
        { "lower-case percent encoding", secret => Lower(Uri.EscapeDataString(secret)) },
        { "percent encoding of every character", secret => string.Concat(Encoding.UTF8.GetBytes(secret).Select(each => $"%{each:x2}")) },
        { "percent encoding twice", secret => Uri.EscapeDataString(Uri.EscapeDataString(secret)) },
        { "percent encoding three times", secret => Uri.EscapeDataString(Uri.EscapeDataString(Uri.EscapeDataString(secret))) },
        { "form encoding", secret => WebUtility.UrlEncode(secret) },
        { "spaces for plus signs", secret => secret.Replace('+', ' ') },
        { "named entities", secret => WebUtility.HtmlEncode(secret) },
        { "decimal entities", secret => string.Concat(secret.Select(each => $"&#{(int)each};")) },
        { "hexadecimal entities", secret => string.Concat(secret.Select(each => $"&#x{(int)each:X};")) },
        { "entities of entities", secret => WebUtility.HtmlEncode(string.Concat(secret.Select(each => $"&#x{(int)each:x};"))) },
        { "escapes of JSON", secret => string.Concat(secret.Select(each => $"\\u{(int)each:x4}")) },
        { "upper-case escapes of JSON", secret => string.Concat(secret.Select(each => char.IsLetterOrDigit(each) ? $"{each}" : $"\\u{(int)each:X4}")) },
        { "escapes of JavaScript", secret => string.Concat(secret.Select(each => $"\\x{(int)each:x2}")) },
        { "escaped slashes", secret => secret.Replace("/", "\\/") },
        { "base64", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) },
        { "base64url", secret => Url(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))) },
        { "base64 twice", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)))) },
        { "base64 after other text", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes("xy" + secret)) },
        { "base64 in percent encoding", secret => Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))) },
        { "base64 cut short", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))[3..^5] },
        { "hexadecimal", secret => Convert.ToHexString(Encoding.UTF8.GetBytes(secret)) },
        { "lower-case hexadecimal", secret => Lower(Convert.ToHexString(Encoding.UTF8.GetBytes(secret))) },
        { "hexadecimal with colons", secret => BitConverter.ToString(Encoding.UTF8.GetBytes(secret)).Replace('-', ':') },
        { "cut short at the end", secret => secret[..10] },
        { "cut short at the beginning", secret => secret[6..] },
        { "control characters between", secret => string.Join('\u0007', secret.ToCharArray()) },
        { "a line break between", secret => secret.Insert(9, "\r\n ") },
        { "invisible characters between", secret => secret.Insert(9, "\u200b").Insert(3, "\u00ad") },
        { "upper case", secret => secret.ToUpperInvariant() },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Secret_that_the_server_quotes_is_not_shown(string form, Func<string, string> quote)
    {
        await using TestApp app = await TestApp.StartAsync(client => Add(client, Secret, Short));
        string quoted = quote(Secret);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request", $"The client_secret {quoted} has no right."));

        VismaConnectException error = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        string everything = string.Join('\n', app.Log.Lines.Append($"{form} {error}"));
        Assert.Equal("invalid_request", error.Error);
        Assert.DoesNotContain("2026", everything[form.Length..].Replace("2026-11-2", ""), StringComparison.Ordinal);
        foreach (string part in (string[])[quoted, quoted.ReplaceLineEndings(" "), "/=é&new", "s3cret"])
        {
            Assert.DoesNotContain(part, error.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Text_that_quotes_no_secret_is_shown()
    {
        const string Text = "Unknown client isv_acme_service & co: 50%25 of \\u0041 aGVsbG8gd29ybGQ= are wrong, see &quot;the manual&quot;";
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request", Text));

        VismaConnectException error = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Equal(Text, error.ErrorDescription);
    }

    // The Kelvin sign is a 'k' to a comparison that ignores case, and not a digit of base64.
    [Fact]
    public async Task Text_that_only_resembles_an_encoding_is_shown()
    {
        const string Text = "Temperature 300\u212Aelvin, 0x\uFF11\uFF12\uFF13\uFF14aabbccdd";
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request", Text));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Equal(Text, error.ErrorDescription);
        Assert.Null((await app.EntryAsync()).Mark);
    }

    [Fact]
    public async Task Of_two_secrets_with_the_same_beginning_the_whole_longer_one_is_masked()
    {
        const string Longer = "s3cret-2026-new";
        await using TestApp app = await TestApp.StartAsync(client => Add(client, "s3cret", Longer));
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request", $"neither {Longer} nor s3cret"));
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request", $"not {Longer[..13]}"));

        VismaConnectException whole = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());
        VismaConnectException cut = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Equal("neither *** nor ***", whole.ErrorDescription);
        Assert.Equal("***", cut.ErrorDescription);
    }

    [Fact]
    public async Task Secret_that_the_server_quotes_as_the_code_of_its_error_is_not_shown()
    {
        await using TestApp app = await TestApp.StartAsync(client => Add(client, Secret));
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(Secret));

        VismaConnectException error = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.NotEmpty(error.Error!);
        Assert.DoesNotContain("s3cret", string.Join('\n', app.Log.Lines.Append($"{error} {error.Error}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_token_that_an_api_quotes_is_not_logged()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        string token = (await app.GetTokenAsync(company)).Value;
        foreach (HttpStatusCode status in (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized])
        {
            string challenge = $"Bearer error=\"insufficient_scope\", scope=\"{token}\", error_description=\"{Uri.EscapeDataString(token)} is wrong\"";
            app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(status, headers: ("WWW-Authenticate", challenge)));
            (await app.SendAsync(company)).Dispose();
        }

        string lines = string.Join('\n', app.Log.Lines);
        Assert.Contains("insufficient_scope", lines, StringComparison.Ordinal);
        Assert.Contains("answered 401", lines, StringComparison.Ordinal);
        // The log has the beginning of a long text.
        Assert.DoesNotContain(token.Split('.')[1][..40], lines, StringComparison.Ordinal);
    }

    private static void Add(VismaClientOptions client, params string[] secrets) => Array.ForEach(secrets, client.ClientSecrets.Add);

    private static string Lower(string text) => text.ToLowerInvariant();

    private static string Url(string base64) => base64.TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
