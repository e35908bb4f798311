using System;
using Visma.Connect.Sdk;

namespace ReadmeInCSharp73
{
    /// <summary>Settings from code: an API and an authority that are not built in.</summary>
    public static class Settings
    {
        public static void Configure(VismaConnectOptions options)
        {
            options.Authorities["Stage"] = new VismaAuthorityOptions { BasedOn = "VismaConnect", BaseAddress = new Uri("https://connect.stage.example/") };
            options.Apis["Mine"] = new VismaApiOptions
            {
                BaseAddress = new Uri("https://mine.example/v1/"),
                Authority = "Stage",
                Origins = { new Uri("https://files.mine.example/") },
                ServiceScopes = { "mine:read" },
            };
            options.Clients["erp"] = new VismaClientOptions { ClientId = "isv_acme", ClientSecret = "secret", Scopes = { "mine:read" } };
        }

        public static VismaApi OtherAddress(Uri address)
        {
            return new VismaApi("Mine", address).WithBaseAddress(new Uri(address, "/v2/"));
        }
    }
}
