using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>A client of an API that acts for a person, with the tokens that it got for what the person may do.</summary>
/// <param name="Scope">What the tokens allow.</param>
internal sealed record ActingClient(
    TokenShop Shop, ClientUnderTest Client, Visitor Visitor, string Access, string Refresh, string Scope) : IDisposable
{
    public Person Person => Visitor.Person!;

    /// <summary>A client that asks for nothing particular, of a merchant of its own.</summary>
    public static async Task<ActingClient> OfAsync(BooksFixture books, OperatorRole? role, string dialect = "quittance") =>
        await OfAsync(await TokenShop.OpenAsync(books, dialect), role, dialect);

    /// <summary>A client of a merchant that asks for nothing particular.</summary>
    public static async Task<ActingClient> OfAsync(TokenShop shop, OperatorRole? role, string dialect = "quittance")
    {
        var client = await shop.ClientAsync(ScopesOf(dialect), redirectUris: Visitor.RedirectUri);
        var visitor = await Visitor.OfAsync(shop, role);
        var back = await visitor.SendAsync(await visitor.GoAsync(Visitor.AddressOf(client, ("scope", ""))));
        if (back.Location is null)
            back = await visitor.ConsentAsync(back);
        Assert.True(back.Location is not null, back.Html);
        var tokens = await AuthorizeTests.RedeemAsync(shop, client, TokenShop.Watched(back.Query["code"]));
        return new ActingClient(
            shop, client, visitor, TokenShop.Watched(tokens["access_token"]!), TokenShop.Watched(tokens["refresh_token"]!),
            tokens["scope"]!);
    }

    /// <summary>All scopes of an API.</summary>
    public static IReadOnlyCollection<string> ScopesOf(string dialect) => [.. Host.Api.All.Single(api => api.Dialect == dialect).Scopes];

    /// <summary>The client at Quittance's own API.</summary>
    public Biller At(BooksFixture books) => new(books, Shop.Merchant, Access);

    public Task<TmfAnswer> RefreshAsync(string? scope = null) => Shop.TokenAsync(
        Client, ("grant_type", "refresh_token"), ("refresh_token", Refresh), ("scope", scope));

    /// <summary>What the server says of the access token.</summary>
    public Task<TmfAnswer> IntrospectAsync() => Shop.PostAsync("/oauth/introspect", Client, ("token", Access));

    public void Dispose() => Visitor.Dispose();
}
