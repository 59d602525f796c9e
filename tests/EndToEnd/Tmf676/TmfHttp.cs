using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Speaks to the running server as a client of a TMF mount, and sets up customers for it.</summary>
internal sealed class TmfHttp(BooksFixture books, string? token)
{
    private static long _lastPoid = 900_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Uri Address => books.Address;

    public string? Token => token;

    /// <summary>A new customer, known to one mount only, billed in USD, with a card and bills of 40 and 60, older first.</summary>
    public async Task<OracleCustomer> CustomerAsync(string dialect = "oracle-brm")
    {
        var merchants = await books.Merchants.ListAsync(Cancel);
        var merchant = merchants.Single(known => known.Name == "Demo Company").Id;
        var origin = new Origin(merchant, 0, NewId());
        var number = Interlocked.Add(ref _lastPoid, 10);
        var customer = new OracleCustomer(
            $"0.0.0.1+-account+{number}", $"ACC-{number}", $"card-{number}",
            [$"0.0.0.1+-bill+{number}", $"0.0.0.1+-bill+{number + 1}"], [$"B1-{number}", $"B1-{number + 1}"]);
        var usd = Currency.Parse("USD");
        var account = AccountTarget.Named(Named("account", customer.Poid));
        await DoAsync(new OpenAccount(
            origin, new AccountId(merchant, NewId()), [Named("account", customer.Poid), Named("account-number", customer.Number)], usd,
            "Ada Nkemelu"));
        await DoAsync(new RegisterInstrument(
            origin, account, new InstrumentId(merchant, NewId()), Named("payment-method", customer.Card), PaymentMethod.BankCard,
            "Ada's Visa"));
        for (var index = 0; index < customer.Bills.Count; index++)
        {
            await DoAsync(new RaiseCharge(
                origin, account, new ChargeId(merchant, NewId()), new Money(4000 + (index * 2000), usd), new DateOnly(2026, 1, 1 + index))
            {
                Reference = Named("bill", customer.Bills[index]),
                Document = Named("bill-number", customer.BillNumbers[index]),
            });
        }

        return customer;

        Reference Named(string kind, string value) => new(merchant, dialect, kind, value);
    }

    public Task<TmfAnswer> PostAsync(string path, string body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), "application/json", key);

    public Task<TmfAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public async Task<TmfAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, string? mediaType, string? key = null)
    {
        // Kept as it is written, so that a literal or an escaped plus sign arrives as the test means it.
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (mediaType is not null)
            content!.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await books.Client.SendAsync(request, Cancel);
        return new TmfAnswer(
            response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), response.Headers.Location?.OriginalString,
            response.Headers.ToDictionary(
                header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            string.Join(", ", response.Content.Headers.Allow));
    }

    /// <summary>How many events a request has brought, by its trace id, which every event keeps; 0 when it has changed nothing.</summary>
    public async Task<long> EventsOfAsync(TmfAnswer answer)
    {
        await using var command = books.Database.CreateCommand("SELECT count(*) FROM event WHERE request_id = $1");
        command.Parameters.Add(new() { Value = Guid.ParseExact(answer.Headers["Quittance-Trace"], "N") });
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private Task DoAsync(Command command) => books.Engine.DoAsync(command);
}

/// <summary>A customer that a test has set up.</summary>
internal sealed record OracleCustomer(
    string Poid, string Number, string Card, IReadOnlyList<string> Bills, IReadOnlyList<string> BillNumbers);

/// <summary>An answer with its body read.</summary>
internal sealed record TmfAnswer(
    HttpStatusCode Status, string Text, string? Location, IReadOnlyDictionary<string, string> Headers, string Allow)
{
    public JsonElement Body => JsonDocument.Parse(Text).RootElement;

    public string? this[string path]
    {
        get
        {
            var at = Body;
            foreach (var name in path.Split('/'))
                at = int.TryParse(name, out var index) ? at[index] : at.GetProperty(name);
            return at.ValueKind == JsonValueKind.Null ? null : at.ToString();
        }
    }
}
