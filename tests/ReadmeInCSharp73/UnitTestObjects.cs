using System;
using System.Collections.Generic;
using System.Net;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Visma.Connect.Sdk;

namespace ReadmeInCSharp73
{
    /// <summary>Everything that an application passes to the library or gets from it, created for a unit test.</summary>
    public static class UnitTestObjects
    {
        public static IReadOnlyList<object> All()
        {
            JsonElement claims = JsonDocument.Parse("{\"sub\":\"a\",\"iss\":\"https://connect.visma.com\"}").RootElement;
            TokenKey key = TokenKey.ForConnection("eaccounting", "customer-42");
            VismaConnectException busy = new VismaConnectException("busy")
            {
                StatusCode = HttpStatusCode.ServiceUnavailable,
                IsTransient = true,
                RetryAfter = TimeSpan.FromSeconds(17),
                Remedy = new VismaRemedy("busy", "Try again."),
            };
            return new object[]
            {
                new AccessToken("t0ken", DateTimeOffset.UtcNow, DateTimeOffset.MaxValue),
                new TokenResponse("t0ken", expiresIn: TimeSpan.FromHours(1), refreshToken: "r3fresh"),
                new VismaConnection(key, ConnectionState.ReauthorizationRequired, reason: "revoked", grantedScopes: new[] { "ea:api" }),
                new Disconnection(true, busy),
                new TableChange("Order", "UPDATE", companyNo: 7, changedColumns: new[] { "orderNo" }),
                new WebhookEvent("id", claims),
                new IdToken(claims),
                new UserInfo(claims),
                new BearerChallenge("invalid_token"),
                new VismaAuthority("Mine", new Uri("https://a.example/"), new Uri("https://b.example/"), new Uri("https://c.example/")),
                new ReauthorizationRequiredException("ended") { Key = key, Reason = "revoked" },
                new UnreadableEntryException("unreadable") { Key = key, Version = "1" },
                new ConnectionsDouble(),
                new VismaClientFactory<ErpClient>(tenantId => null),
            };
        }

        private sealed class ConnectionsDouble : VismaConnections
        {
            public override Task<VismaConnection> FindAsync(string client, string connection, CancellationToken cancellationToken = default(CancellationToken))
            {
                return Task.FromResult(new VismaConnection(TokenKey.ForConnection(client, connection)));
            }
        }
    }
}
