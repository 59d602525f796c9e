using System.Collections.Concurrent;
using System.Net;
using Quittance.Core.Instruments;
using Quittance.Tests.Providers;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Faults;

/// <summary>
/// One member who pays in a session of the studio whose server is killed. Each step has a key, under which it may be repeated.
/// </summary>
/// <param name="purchase">The purchase, and how it must end.</param>
/// <param name="kind">How it is paid, and whether it is booked.</param>
/// <param name="member">The member who pays.</param>
/// <param name="claims">The claims to settle.</param>
internal sealed class KilledVisit(
    TestStudio studio, KilledServer server, Purchase purchase, KilledVisitKind kind, long member, IReadOnlyList<long> claims)
{
    // Who enters an instrument chooses autopay with it.
    private const string Autopay = ",\"autopay\":\"de\"";

    private readonly ConcurrentDictionary<string, ClientAnswer> _lastWords = new();
    private string? _userToken;
    private string? _stored;
    // The session on whose page the instrument was entered.
    private string? _entered;

    public string Name => purchase.Name;

    public KilledVisitKind Kind => kind;

    /// <summary>The session; set once it is open.</summary>
    public Guid Session => Visits.SessionOf(_userToken!);

    /// <summary>The token to book with; null while there is none.</summary>
    public string? Token { get; private set; }

    /// <summary>Whether the studio has begun to book it.</summary>
    public bool IsBooking { get; private set; }

    /// <summary>Whether its time is over.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Whether the studio heard that it is booked, or that the provider declined then.</summary>
    public bool IsBookedOrDeclined =>
        _lastWords.TryGetValue("book", out var report)
        && (report.Status == HttpStatusCode.OK || report.Text == "errormessage.payment.declined");

    private string Account => $"/v1/customers/{member}/account/payment";

    private string Amount => $"{purchase.AmountMinor / 100}.{purchase.AmountMinor % 100:00}";

    /// <summary>Leaves the instrument that is charged later.</summary>
    public async Task StoreAsync()
    {
        var session = (await studio.PostAsync("/v1/payments/user-session", Opening("0", "MEMBER_ACCOUNT"))).Text("token")!;
        // A provider that is slow to answer decides later.
        var left = await KilledServer.PatientlyAsync(() => StepAsync("store", async key =>
        {
            var entered = await SubmitAsync(session, key);
            return new ClientAnswer(
                entered.Status, entered.Text("paymentRequestToken") ?? $"{entered.Body}", entered.Text("status") == "ready");
        }));
        Assert.True(left is { IsLast: true }, $"{Name}: {left}");
        Assert.Equal(HttpStatusCode.OK, (await studio.PostAsync($"{Account}-instrument", Visits.Replacing(left.Text))).Status);
        _stored = (string)(await Visits.ShownAsync(server.Client, session)).Body!["instruments"]!.AsArray().Single()!["id"]!;
    }

    /// <summary>Opens the session. The answer is its token.</summary>
    public Task<ClientAnswer?> OpenAsync() => StepAsync("open", async key =>
    {
        var opened = await studio.PostAsync("/v1/payments/user-session", Opening(Amount, "ECOM"), once: key);
        _userToken = opened.Text("token") ?? _userToken;
        return new ClientAnswer(opened.Status, opened.Text("token") ?? "", opened.Status == HttpStatusCode.OK);
    });

    /// <summary>Pays in it. The answer is the token to book with, or the reason why there will be none.</summary>
    public Task<ClientAnswer?> PayAsync() => StepAsync("pay", async key =>
    {
        var paid = _stored is null ? await SubmitAsync(_userToken!, key)
            : await Visits.SubmitAsync(server.Client, _userToken!, $$"""{"instrument":"{{_stored}}"}""", key);
        Token = paid.Text("paymentRequestToken") ?? Token;
        return new ClientAnswer(
            paid.Status, paid.Text("paymentRequestToken") ?? $"{paid.Body}", paid.Text("status") == "ready"
                || paid.Status == HttpStatusCode.PaymentRequired);
    });

    /// <summary>Books it. The answer is the payment, or the reason why there will be none.</summary>
    public Task<ClientAnswer?> BookAsync() => StepAsync("book", async key =>
    {
        IsBooking = true;
        var booked = await studio.PostAsync(Account, Visits.Booking(Token!, Amount, claims), once: key);
        return new ClientAnswer(booked.Status, booked.Text("errorCode") ?? $"{booked.Payment}",
            booked.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest);
    });

    /// <summary>Books it once more, as if never before.</summary>
    public async Task<ClientAnswer> BookAgainAsync()
    {
        var booked = await studio.PostAsync(Account, Visits.Booking(Token!, Amount, claims));
        return new ClientAnswer(booked.Status, booked.Text("errorCode") ?? $"{booked.Payment}", IsLast: false);
    }

    /// <summary>All last words.</summary>
    public override string ToString() => $"{Name}: {string.Join(", ", _lastWords.Select(word => $"{word.Key} {word.Value.Status}"))}";

    /// <summary>Does a step, under its key. Null when no answer came. A client that has a last word gets the same again.</summary>
    private async Task<ClientAnswer?> StepAsync(string step, Func<string, Task<ClientAnswer>> does)
    {
        ClientAnswer report;
        try
        {
            report = await does($"{step} {Name}");
        }
        catch (Exception broken) when (Connections.IsBroken(broken))
        {
            return null;
        }

        if (!report.IsLast)
            return report;
        var first = _lastWords.GetOrAdd(step, report);
        Assert.True(first == report, $"{Name}, {step}: first {first}, then {report}");
        return report;
    }

    /// <summary>Enters the instrument: in the widget, or once on the page of the provider that holds it.</summary>
    private async Task<TestStudio.Answered> SubmitAsync(string session, string key)
    {
        if (!server.Provider.Holds)
            return await Visits.SubmitAsync(server.Client, session, Entered(), key);
        if (session != _entered)
        {
            var choice = purchase.Secret is Card ? "CREDIT_CARD" : "SEPA";
            var page = await Visits.SubmitAsync(
                server.Client, session, StripeStudio.Page(Autopay, choice), $"page {key}");
            if (page.Text("redirectTo") is not { } address)
                return page;
            Assert.NotNull(await EnterAsync(new Uri(address)));
            _entered = session;
        }

        return await Visits.SubmitAsync(server.Client, session, StripeStudio.Returned, key);
    }

    private Task<Uri?> EnterAsync(Uri page) => purchase.Secret switch
    {
        Card card => StripeStudio.EnterAsync(page, card.Number.Reveal()),
        IbanAccount account => StripeStudio.EnterAsync(
            page, ("iban", account.Iban.Reveal()), ("name", "Ada Nkemelu"), ("mandate", "true")),
        _ => throw new InvalidOperationException("No client pays so here."),
    };

    private string Opening(string amount, string scope) =>
        $$"""{"amount":{{amount}},"scope":"{{scope}}","referenceText":"Fees","customerId":{{member}} }""";

    private string Entered() => purchase.Secret switch
    {
        Card card => Visits.Card(card.Number.Reveal(), more: Autopay),
        IbanAccount account =>
            $$"""{"choice":"SEPA","account":{"iban":"{{account.Iban.Reveal()}}","holder":"Ada Nkemelu"},"mandateAccepted":true"""
                + $"{Autopay}}}",
        _ => throw new InvalidOperationException("No client pays so here."),
    };
}

/// <summary>How a member pays, and what follows.</summary>
internal enum KilledVisitKind
{
    /// <summary>With what is entered, and it is booked.</summary>
    Entered,

    /// <summary>With what was stored before, and it is booked.</summary>
    Stored,

    /// <summary>With an entry, and without a booking.</summary>
    Left,
}
