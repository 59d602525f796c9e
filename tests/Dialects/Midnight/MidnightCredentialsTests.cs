using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Midnight;

namespace Quittance.Tests;

public sealed class MidnightCredentialsTests
{
    [Theory]
    [InlineData("PRC p1|Midnight m1", "k1")]
    [InlineData("Midnight m1|PRC p1", "k1")]
    [InlineData("PRC p1, Midnight m1", "k1")]
    [InlineData("midnight  m1 ,prc\tp1", " k1 ")]
    [InlineData("PRC p1|Bearer m1", "k1")]
    [InlineData("bearer m1, PRC p1", "k1")]
    [InlineData("PRC p1,, Midnight m1,", "k1")]
    public async Task Authenticate_AllThreeOfOneInstallation_IsTheMidnightCredential(string authorization, string misKey) =>
        Assert.Equal(CredentialKind.Midnight, (await AuthenticateAsync(authorization, misKey))?.Kind);

    [Theory]
    [InlineData("", "k1")]
    [InlineData("PRC p1", "k1")]
    [InlineData("Midnight m1", "k1")]
    [InlineData("PRC p1, Midnight m1", "")]
    [InlineData("PRC p1, Midnight m1", "k1|k1")]
    [InlineData("PRC p1, Midnight m1", "wrong")]
    [InlineData("PRC wrong, Midnight m1", "k1")]
    [InlineData("PRC p1, Midnight wrong", "k1")]
    [InlineData("PRC m1, Midnight p1", "k1")]
    [InlineData("PRC p1, Midnight m1, Midnight m1", "k1")]
    [InlineData("PRC p1, Midnight m1|Bearer m1", "k1")]
    [InlineData("PRC p1 Midnight m1", "k1")]
    [InlineData("PRC, Midnight", "k1")]
    [InlineData("PRC p2, Midnight m1", "k1")]
    [InlineData("PRC p1, Midnight m2", "k1")]
    [InlineData("PRC p1, Midnight m1", "k2")]
    [InlineData("PRC p3, Midnight m1", "k1")]
    public async Task Authenticate_AnythingElse_IsDenied(string authorization, string misKey) =>
        Assert.Null(await AuthenticateAsync(authorization, misKey));

    private static async Task<Credential?> AuthenticateAsync(string authorization, string misKey)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = authorization.Split('|');
        http.Request.Headers["MISKEY"] = misKey.Length == 0 ? default : misKey.Split('|');
        return await new MidnightRoutes(clients: null!, authorisations: null!, orders: null!).AuthenticateAsync(http, new Known());
    }

    /// <summary>Two installations of one merchant, and one of another that has the same id.</summary>
    private sealed class Known : ICredentials
    {
        public ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel) =>
            ValueTask.FromResult<Credential?>(null);

        public ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel)
        {
            Assert.Equal("midnight", dialect);
            (CredentialKind, long, long)? found = secret switch
            {
                "p1" => (CredentialKind.Prc, 1, 1),
                "m1" => (CredentialKind.Midnight, 1, 1),
                "k1" => (CredentialKind.MisKey, 1, 1),
                "p2" => (CredentialKind.Prc, 1, 2),
                "m2" => (CredentialKind.Midnight, 1, 2),
                "k2" => (CredentialKind.MisKey, 1, 2),
                "p3" => (CredentialKind.Prc, 2, 1),
                _ => null,
            };
            return ValueTask.FromResult(
                found is var (of, merchant, installation) && of == kind ? Credential(kind, merchant, installation) : null);
        }

        private static Credential Credential(CredentialKind kind, long merchant, long installation) => new(
            new Installation(new MerchantId(merchant), installation, "midnight", Currency.Parse("USD"), "en", "Etc/UTC"),
            Id: 1, kind, new HashSet<string> { "payments.write" }, new byte[32]);
    }
}
