using System.Globalization;
using System.Net;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Host;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>
/// A carrier of a test's own: a merchant whose books no other test writes to, who takes cards at the sandbox, and a client of its Oracle
/// BRM API.
/// </summary>
internal sealed class Carrier
{
    public const string Payments = "/brm/payment/v4/payment";
    public const string Allocations = "/brm/payment/v4/paymentAllocation";
    public const string Refunds = "/brm/payment/v4/refund";

    private readonly BooksFixture _books;

    private Carrier(BooksFixture books, MerchantId merchant, TmfHttp http)
    {
        (_books, Merchant, Http) = (books, merchant, http);
        Customers = new Customers(books.Engine, books.Vault, merchant);
    }

    public MerchantId Merchant { get; }

    public TmfHttp Http { get; }

    public Customers Customers { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Carrier> OpenAsync(BooksFixture books)
    {
        var merchant = await books.Merchants.CreateAsync("Carrier", Cancel);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(merchant, "sandbox", books.Sandbox, $"sk_{NewId():N}", [SigningKey.New()]), Cancel);
        var installation = await books.Merchants.InstallAsync(merchant, "oracle-brm", Currency.Parse("USD"), Cancel);
        var token = $"{NewId():N}";
        await books.Merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", token, [.. Api.OracleBrm.Scopes], Cancel);
        return new Carrier(books, merchant, new TmfHttp(books, token));
    }

    /// <summary>A new customer with a card at the sandbox and bills, the first due longest.</summary>
    public Task<Customer> CustomerAsync(params IReadOnlyList<long> billsMinor) =>
        Customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), billsMinor);

    /// <summary>Registers a card that a gateway holds and that the account is billed with.</summary>
    public async Task OwnMethodAsync(string account, string name) => await DoAsync(new RegisterInstrument(
        new Origin(Merchant, 0, NewId()), AccountTarget.Named(new Reference(Merchant, "oracle-brm", "account", account)),
        new InstrumentId(Merchant, NewId()),
        new Reference(Merchant, "oracle-brm", "payment-method", name), PaymentMethod.BankCard, "Ada's own Visa")
    { Standing = InstrumentStanding.Current });

    /// <summary>Records a payment that must be taken.</summary>
    public async Task<TmfAnswer> PayAsync(string account, string amount, string type = "Cash", string more = "")
    {
        var created = await Http.PostAsync(Payments, Body(account, amount, type, more));
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        return created;
    }

    public static string Body(string account, string amount, string type = "Cash", string more = "") =>
        $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"id":"till","@type":"{{type}}"},"totalAmount":"""
            + $$"""{"unit":"USD","value":{{amount}} }{{more}} }""";

    /// <summary>A card payment that the sandbox takes.</summary>
    public async Task<TmfAnswer> ChargeAsync(Customer customer, long amountMinor, string? bill = null)
    {
        var created = await Http.PostAsync(Payments, customer.Payment(amountMinor, bill));
        Assert.True(created.Status == HttpStatusCode.Created && created["status"] == "done", created.Text);
        return created;
    }

    public Task<TmfAnswer> AllocateAsync(string? payment, string? key, params (string Bill, string Amount)[] bills) =>
        Http.PostAsync(Allocations, Allocation(payment, bills), key);

    public static string Allocation(string? payment, params (string Bill, string Amount)[] bills) =>
        $$"""
        {"paymentId":"{{payment}}","bill":[{{string.Join(',', bills.Select(Allocated))}}]}
        """;

    private static string Allocated((string Bill, string Amount) bill) =>
        $$"""{"id":"{{bill.Bill}}","allocatedAmount":{"unit":"USD","value":{{bill.Amount}} } }""";

    public Task<TmfAnswer> RefundAsync(string account, string? payment, string amount, string more = "", string? key = null) =>
        Http.PostAsync(Refunds, RefundBody(account, payment, amount, more), key);

    public static string RefundBody(string account, string? payment, string amount, string more = "") =>
        $$"""
        {"account":{"id":"{{account}}"},"paymentMethod":{"id":"till","@type":"Cash"},"totalAmount":{"unit":"USD","value":{{amount}} }
         {{(payment is null ? "" : $",\"payment\":{{\"id\":\"{payment}\"}}")}}{{more}} }
        """;

    /// <summary>The payer takes money of a payment back.</summary>
    public async Task DisputeAsync(TmfAnswer payment, long amountMinor)
    {
        var attempts = await new Attempts(_books.Database)
            .OfPaymentAsync(new(Merchant, Guid.Parse(payment.Headers["Quittance-Payment"])), Cancel);
        await DoAsync(new OpenDispute(
            new(Merchant, 0, NewId()), attempts.Single(attempt => attempt.Verb == Verb.Authorise), $"{NewId()}", DisputeKind.Chargeback,
            amountMinor, 0));
    }

    /// <summary>Reads a list, which there must be.</summary>
    public async Task<TmfAnswer> ListAsync(string query = "", string path = Payments)
    {
        var list = await Http.GetAsync($"{path}{query}");
        Assert.True(list.Status == HttpStatusCode.OK, $"{query}: {list.Text}");
        Assert.Equal(JsonValueKind.Array, list.Body.ValueKind);
        Assert.Equal(list.Body.GetArrayLength().ToString(CultureInfo.InvariantCulture), list.Headers["X-Result-Count"]);
        return list;
    }

    /// <summary>A payment as PaymentOracle. The parts that it settles, has left, gave back and lost add up to all of it.</summary>
    public async Task<TmfAnswer> ExtendedAsync(TmfAnswer payment)
    {
        var found = await Http.GetAsync($"{Payments}/{payment["id"]}?@type=PaymentOracle");
        Assert.True(found.Status == HttpStatusCode.OK, found.Text);
        var refundedMinor = (long)(await _books.ScalarAsync(
            "SELECT refunded_minor FROM payment WHERE merchant_id = $1 AND id = $2", Merchant.Value,
            Guid.Parse(payment.Headers["Quittance-Payment"])))!;
        if (found["unallocatedAmount"] is not null)
        {
            var items = found["paymentItem"] is null ? 0
                : found.Body.GetProperty("paymentItem").EnumerateArray().Sum(item => ValueOf(item, "totalAmount"));
            Assert.Equal(
                ValueOf(found.Body, "totalAmount"), items + ValueOf(found.Body, "unallocatedAmount")
                    + ValueOf(found.Body, "reversedPaymentAmount") + (refundedMinor / 100m));
        }

        return found;
    }

    /// <summary>The value of a Money.</summary>
    public static decimal ValueOf(JsonElement parent, string name) =>
        decimal.Parse(parent.GetProperty(name).GetProperty("value").GetRawText(), CultureInfo.InvariantCulture);

    private Task DoAsync(Command command) => _books.Engine.DoAsync(command);

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
