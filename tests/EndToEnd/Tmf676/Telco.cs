using System.Globalization;
using System.Net;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A telecom of a test's own: a merchant whose books no other test writes to, and a client of its TMF676 API.</summary>
internal static class Telco
{
    public const string Payments = "/paymentManagement/v4/payment";
    public const string Refunds = "/paymentManagement/v4/refund";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TmfHttp> OpenAsync(BooksFixture books) =>
        await ClientOfAsync(books, await books.Merchants.CreateAsync("Telco", Cancel));

    /// <summary>A further client of a merchant.</summary>
    public static async Task<TmfHttp> ClientOfAsync(BooksFixture books, MerchantId merchant)
    {
        var installation = await books.Merchants.InstallAsync(merchant, "tmf676", Currency.Parse("USD"), Cancel);
        var token = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await books.Merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", token, [.. Api.Tmf676.Scopes], Cancel);
        return new TmfHttp(books, token);
    }

    /// <summary>Records a payment that must be taken.</summary>
    public static async Task<TmfAnswer> PayAsync(
        this TmfHttp http, string account, string method = "{}", string total = "{}", string more = "")
    {
        var created = await http.PostAsync(
            Payments, $$"""{"account":{"id":"{{account}}"},"paymentMethod":{{method}},"totalAmount":{{total}}{{more}}}""");
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        return created;
    }

    /// <summary>Reads a list, which there must be.</summary>
    public static async Task<TmfAnswer> ListAsync(this TmfHttp http, string query = "", string path = Payments)
    {
        var list = await http.GetAsync($"{path}{query}");
        Assert.True(list.Status == HttpStatusCode.OK, $"{query}: {list.Text}");
        Assert.Equal(JsonValueKind.Array, list.Body.ValueKind);
        Assert.Equal(list.Body.GetArrayLength().ToString(CultureInfo.InvariantCulture), list.Headers["X-Result-Count"]);
        return list;
    }

    public static IReadOnlyList<string> Ids(this TmfAnswer list) =>
        [.. list.Body.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    /// <summary>The address of the next page; null on the last.</summary>
    public static string? Next(this TmfAnswer list)
    {
        if (!list.Headers.TryGetValue("Link", out var link))
            return null;
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }
}
