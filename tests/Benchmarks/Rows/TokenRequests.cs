using System.Globalization;
using Google.Apis.Auth.OAuth2.Flows;
using Microsoft.Identity.Client;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>
/// One token request, over the same request written by hand: PostAsync, and a parser from generated code. All are client credentials requests, except
/// Google's: a refresh token, which its form contains instead of the scope.
/// </summary>
internal static class TokenRequests
{
    public static Row Measure()
    {
        StubTokenEndpoint endpoint = new();
        HttpClient http = HttpCaller.NewClient(endpoint);
        VismaConnectClient library = new LibraryApp(new StubApi(), endpoint).ConnectClient;
        ClientCredentialsRequest request = new() { Scopes = { LibraryApp.Scope } };
        GoogleAuthorizationCodeFlow google = GoogleAuth.Flow(endpoint);
        IConfidentialClientApplication msal = Msal.Application(endpoint);

        IReadOnlyList<Side> sides = Turns.OfProcessor.Measure(
            () => TokenRequestByHand.SendAsync(http).Wait(),
            () => library.RequestClientCredentialsTokenAsync(request).Wait(),
            () => google.RefreshTokenAsync("user", "r", CancellationToken.None).Wait(),
            () => Msal.RequestTokenAsync(msal, cached: false).Wait(),
            () => IdentityModel.RequestTokenAsync(http).Wait());

        Side byHand = sides[0];
        return new Row(
            "token request, over `PostAsync` and a generated parser",
            string.Create(CultureInfo.InvariantCulture, $"{byHand.Nanoseconds:#,0} ns, {byHand.Bytes:#,0} B"),
            "1.25x, 1.2x bytes")
        {
            Panel = new Panel("Token request", "times PostAsync and a parser", "0.0x"),
            Cells =
            {
                [Column.Library] = Over(sides[1], byHand),
                [Column.Google] = Over(sides[2], byHand),
                [Column.Msal] = Over(sides[3], byHand),
                [Column.IdentityModel] = Over(sides[4], byHand),
            },
        };
    }

    private static Cell Over(Side side, Side floor) => new(
        string.Create(CultureInfo.InvariantCulture, $"{side.TimesOf(floor):0.00}x, {side.Bytes / floor.Bytes:0.00}x bytes"), side.TimesOf(floor));
}
