using System.Net.Http.Headers;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.OracleBrm;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>Customers who pay through Oracle BRM at a server that is killed.</summary>
internal sealed class KilledShop : IAsyncDisposable
{
    private const string Token = "qt_the token of the shop that is killed";

    private KilledShop(KilledServer server) => Server = server;

    public KilledServer Server { get; }

    public IReadOnlyList<Purchase> Purchases { get; private set; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<KilledShop> CreateAsync(BooksFixture books, params IReadOnlyList<Purchase> purchases) =>
        CreateAsync(books, KilledProvider.Sandbox, purchases);

    public static async Task<KilledShop> CreateAsync(BooksFixture books, KilledProvider provider, params IReadOnlyList<Purchase> purchases)
    {
        var shop = new KilledShop(await KilledServer.CreateAsync(books, provider));
        await shop.FillInAsync(purchases.Count > 0 ? purchases : provider.Holds ? Purchase.OfStripe("USD") : Purchase.All);
        return shop;
    }

    /// <summary>Makes a payment; null when no answer came.</summary>
    public async Task<ClientAnswer?> PayAsync(Purchase purchase)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/brm/payment/v4/payment")
        {
            Content = new StringContent(purchase.Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        request.Headers.Add("Idempotency-Key", $"key {purchase.Name}");
        try
        {
            using var answer = await Server.Client.SendAsync(request, Cancel);
            return new ClientAnswer(
                answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), (int)answer.StatusCode is not (409 or 503));
        }
        catch (Exception broken) when (Connections.IsBroken(broken))
        {
            return null;
        }
    }

    /// <summary>Makes a payment, again and again where the answer says that this may help.</summary>
    public Task<ClientAnswer?> PayPatientlyAsync(Purchase purchase) => KilledServer.PatientlyAsync(() => PayAsync(purchase));

    /// <summary>The differences between our books and the provider's, and the unfinished work; none at the end.</summary>
    public Task<IReadOnlyList<string>> DifferencesAsync() => Server.DifferencesAsync(Purchases);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task FillInAsync(IReadOnlyList<Purchase> all)
    {
        var installation = await Server.Merchants.InstallAsync(Server.Merchant, "oracle-brm", Currency.Parse("USD"), Cancel);
        await Server.Merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "test", Token, [OracleBrmRoutes.ReadScope, OracleBrmRoutes.WriteScope], Cancel);
        SecretWatch.OfTheRun.Add([Token]);
        await using var engine = Server.Books.Engine();
        var customers = new Customers(engine, Server.Vault, Server.Merchant);
        List<Purchase> purchases = [];
        foreach (var purchase in all)
        {
            // Every other one names a bill; the rest settle what is due longest, or nothing.
            long[] bills = purchases.Count % 2 == 0 ? [purchase.AmountMinor] : [];
            purchases.Add(purchase with { Customer = await customers.CreateAsync(await Server.EnterAsync(purchase.Secret), bills) });
        }

        Purchases = purchases;
    }
}
