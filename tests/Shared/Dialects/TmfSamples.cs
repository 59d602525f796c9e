using System.Buffers;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Tests;

/// <summary>Small things that the tests of both TMF mounts begin with.</summary>
internal static class TmfSamples
{
    public static readonly MerchantId Merchant = new(7);
    public static readonly Origin Origin = new(Merchant, 1, Guid.Parse("0198a000-0000-7000-8000-000000000001"));
    public static readonly Currency Usd = Currency.Parse("USD");
    public static readonly Currency Euro = Currency.Parse("EUR");
    public static readonly Installation Installation = new(Merchant, 1, TmfNames.Tmf676, Euro, "en", "UTC");
    public static readonly PublicAddress Address = new("https://bill.example");
    public static readonly DateTimeOffset At = new(2027, 3, 4, 15, 2, 41, TimeSpan.Zero);

    public static Guid NewId() => Guid.Parse("0198a000-0000-7000-8000-0000000000aa");

    public static Reference Named(string dialect, string kind, string value) => new(Merchant, dialect, kind, value);

    /// <summary>Reads a body that must be well formed.</summary>
    public static TmfRequest Read(string json, Func<JsonBody, TmfRequest?> read)
    {
        using var body = Body(json);
        var request = read(body);
        Assert.True(request is not null, string.Join("; ", body.Faults));
        Assert.Empty(body.Faults);
        return request;
    }

    /// <summary>Reads a body that must be refused; gives the path of the first fault.</summary>
    public static string Refused(string json, Func<JsonBody, TmfRequest?> read)
    {
        using var body = Body(json);
        Assert.Null(read(body));
        return body.Faults[0].Path;
    }

    /// <summary>The payment that a command would record, as an answer shows it.</summary>
    public static PaymentView View(RecordPayment command, PaymentStatus status, string? name = null) => new(
        new Payment(
            command.Id, 300114, new AccountId(Merchant, Guid.Parse("0198a000-0000-7000-8000-0000000000bb")), command.Dialect, status,
            command.Amount, 0, command.Method, null, command.Details, 1, At),
        new Account(new AccountId(Merchant, Guid.Parse("0198a000-0000-7000-8000-0000000000bb")), 3, 99, command.Amount?.Currency ?? Usd,
            name),
        null,
        []);

    public static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonBody Body(string json)
    {
        Assert.True(JsonBody.TryParse(Encoding.UTF8.GetBytes(json), out var body, out var fault), fault?.Message);
        return body;
    }
}
