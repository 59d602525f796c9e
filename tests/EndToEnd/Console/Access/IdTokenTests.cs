using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The checks of an ID token that proves a person.</summary>
public sealed class IdTokenTests
{
    private const string Client = "quittance-console";

    private static readonly RSA Key = RSA.Create(2048);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nothing", true)]
    [InlineData("a clock 50 seconds off", true)]
    [InlineData("no auth_time", true)]
    [InlineData("email_verified as a text", true)]
    [InlineData("aud", false)]
    [InlineData("two audiences and no azp", false)]
    [InlineData("azp", false)]
    [InlineData("iss", false)]
    [InlineData("nonce", false)]
    [InlineData("no nonce", false)]
    [InlineData("expired", false)]
    [InlineData("not yet", false)]
    [InlineData("no exp", false)]
    [InlineData("no sub", false)]
    [InlineData("alg none", false)]
    [InlineData("alg HS256 by the secret", false)]
    [InlineData("another key", false)]
    [InlineData("a changed role", false)]
    [InlineData("no email", false)]
    [InlineData("acr", false)]
    [InlineData("no acr", false)]
    public async Task Token_ProvesAPersonOnlyWhereEverythingFits(string wrong, bool isGood)
    {
        var journey = SignInJourney.Begin("/console");
        var clock = new HandMovedClock();
        await using var provider = await StartAsync(issuer => Token(wrong, issuer, journey, clock.Now));
        using var sign = new SingleSignOn(
            new SingleSignOnSettings(provider.Name, Client, "a secret of a client", new MerchantId(1)) { Acr = "two factors" }, clock,
            NullLogger<SingleSignOn>.Instance);

        var address = await sign.AddressAsync(journey, "http://back", false, Cancel);
        Assert.StartsWith($"{provider.Name}/authorize?response_type=code&", address);
        Assert.EndsWith("&acr_values=two%20factors", address);
        var (identity, fault) = await sign.IdentifyAsync("a code", journey, "http://back", Cancel);

        var isVerified = wrong != "email_verified as a text";
        if (isGood)
        {
            Assert.Equal(
                new ProvenIdentity(provider.Name, "ada", "ada@example.com", isVerified, "Ada", OperatorRole.Operator)
                {
                    SignedInAt = wrong == "no auth_time" ? null : SignedInAt(clock.Now),
                },
                identity);
        }
        else
        {
            Assert.Equal((null, SingleSignOnFault.Unproven), (identity, fault));
        }
    }

    [Fact]
    public async Task Provider_WhoseMetadataNameAnotherIssuer_IsNotAsked()
    {
        await using var provider = await StartAsync(_ => "", named: "https://another.example");
        using var sign = new SingleSignOn(
            new SingleSignOnSettings(provider.Name, Client, "a secret of a client", new MerchantId(1)), TimeProvider.System,
            NullLogger<SingleSignOn>.Instance);
        Assert.Null(await sign.AddressAsync(SignInJourney.Begin("/console"), "http://back", false, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a..c.%2Fconsole")]
    public void Journey_ThatABrowserMadeUp_IsNone(string text) => Assert.Null(SignInJourney.Parse(text));

    [Theory]
    [InlineData("/console/payments?q=a", "/console/payments?q=a")]
    [InlineData("https://evil.example", "/console")]
    [InlineData("/consoles", "/console")]
    [InlineData("/console/\r\nX: y", "/console")]
    public void Page_AfterASignIn_IsOneOfTheConsole(string asked, string shown) =>
        Assert.Equal(shown, Quittance.Console.Pages.SigningIn.SignIn.PageOf(asked));

    [Fact]
    public void Journey_ComesBackAsItWas()
    {
        var journey = SignInJourney.Begin("/console/payments?q=a.b c");
        Assert.Equal(journey, SignInJourney.Parse(journey.ToString()));
    }

    private static DateTimeOffset SignedInAt(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() - 36_000);

    private static string Token(string wrong, string issuer, SignInJourney journey, DateTimeOffset now)
    {
        using var stranger = RSA.Create(2048);
        var claims = new Dictionary<string, object>
        {
            ["iss"] = wrong == "iss" ? "https://another.example" : issuer,
            ["sub"] = "ada",
            ["aud"] = wrong switch
            {
                "aud" => "another-client",
                "two audiences and no azp" or "azp" => (string[])[Client, "another-client"],
                _ => Client,
            },
            ["exp"] = now.AddSeconds(wrong switch { "expired" => -61, "a clock 50 seconds off" => -50, _ => 300 }).ToUnixTimeSeconds(),
            ["nbf"] = now.AddSeconds(wrong == "not yet" ? 90 : -5).ToUnixTimeSeconds(),
            ["nonce"] = wrong == "nonce" ? "another" : journey.Nonce,
            ["email"] = "ada@example.com",
            ["email_verified"] = wrong == "email_verified as a text" ? "true" : true,
            ["auth_time"] = SignedInAt(now).ToUnixTimeSeconds(),
            ["name"] = "Ada",
            ["acr"] = wrong == "acr" ? "a password" : "two factors",
            ["roles"] = (string[])["staff", "quittance-operator"],
        };
        if (wrong == "azp")
            claims["azp"] = "another-client";
        if (wrong.StartsWith("no ", StringComparison.Ordinal))
            claims.Remove(wrong[3..]);
        var credentials = wrong switch
        {
            "alg none" => null,
            "alg HS256 by the secret" =>
                new SigningCredentials(new SymmetricSecurityKey(SHA256.HashData("a secret of a client"u8)), "HS256"),
            "another key" => new SigningCredentials(new RsaSecurityKey(stranger) { KeyId = "1" }, "RS256"),
            _ => new SigningCredentials(new RsaSecurityKey(Key) { KeyId = "1" }, "RS256"),
        };
        var payload = JsonSerializer.Serialize(claims);
        var handler = new JsonWebTokenHandler();
        var token = credentials is null ? handler.CreateToken(payload) : handler.CreateToken(payload, credentials);
        return wrong == "a changed role" ? Changed(token) : token;
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("quittance-operator", "quittance-admin", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
    }

    /// <summary>A provider that hands out one token on every request.</summary>
    private static async Task<Provider> StartAsync(Func<string, string> token, string? named = null)
    {
        var name = $"http://127.0.0.1:{BooksFixture.FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(name);
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, string>
        {
            ["issuer"] = named ?? name,
            ["authorization_endpoint"] = $"{name}/authorize",
            ["token_endpoint"] = $"{name}/token",
            ["jwks_uri"] = $"{name}/keys",
        }));
        var (modulus, exponent) = Key.ExportParameters(false) is var key ? (key.Modulus!, key.Exponent!) : default;
        app.MapGet("/keys", () => Results.Json(new
        {
            keys = new[]
            {
                new { kty = "RSA", kid = "1", use = "sig", n = Base64UrlEncoder.Encode(modulus), e = Base64UrlEncoder.Encode(exponent) },
            },
        }));
        app.MapPost("/token", () => Results.Json(new { id_token = token(name), access_token = "unused", token_type = "Bearer" }));
        await app.StartAsync(Cancel);
        return new Provider(name, app);
    }

    private sealed record Provider(string Name, WebApplication App) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
