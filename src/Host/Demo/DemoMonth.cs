using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Npgsql;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OwnApi;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Lanes;
using Quittance.Storage.Overdue;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.Host.Demo;

/// <summary>
/// The four weeks before the demo's first start: what a studio, a print shop and a music school have done with sixty customers. The books
/// take it day by day, by a clock of its own, before they take anything of today.
/// </summary>
internal sealed class DemoMonth
{
    private const int Days = 27;
    private const int Members = 32;
    private const string Iban = "DE02120300000000202051";
    private const string SwissIban = "CH9300762011623852957";

    // It stands for the whole: it is opened last.
    private const string LastCustomer = "S-3999";
    private const string FirstCustomer = "M-2001";

    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly Currency Dollar = Currency.Parse("USD");
    private static readonly Currency Franc = Currency.Parse("CHF");

    private static readonly string[] Given =
    [
        "Lena", "Tom", "Miriam", "Jakob", "Sofia", "Emil", "Clara", "Noah", "Ida", "Finn", "Paula", "Oskar", "Mila", "Anton", "Greta",
    ];

    private static readonly string[] Family =
    [
        "Albrecht", "Bergmann", "Conti", "Dorn", "Engel", "Fischer", "Gruber", "Hoffmann", "Iseli", "Jansen", "Krüger", "Lindner",
        "Moreau", "Neumann", "Olsen", "Petrov", "Quast", "Richter", "Sommer", "Tanner",
    ];

    private static readonly string[] Printers =
    [
        "Alder Books", "Birch Bakery", "Cedar Clinic", "Dogwood Design", "Elm Street Theatre", "Fir Foods", "Ginkgo Garden Centre",
        "Hazel & Sons", "Ironwood Gym", "Juniper Press", "Kapok Crafts", "Larch Library", "Maple Motors", "Nutmeg Kitchen",
    ];

    private readonly NpgsqlDataSource _books;
    private readonly ProviderAccounts _accounts;
    private readonly IVault _vault;
    private readonly PastClock _clock;
    private readonly CancellationToken _cancel;
    private readonly DateOnly _first;
    private readonly DunningPolicies _policies;
    private readonly Dunnings _dunnings;
    private readonly List<(int Day, int Hour, Func<Task> Act)> _plan = [];
    private readonly SortedDictionary<int, List<string>> _lines = [];
    private readonly List<string> _swissLines = [];
    private readonly ConcurrentDictionary<string, PaymentId> _payments = [];
    private MerchantId _merchant;
    private PaymentEngine _engine = null!;
    private SettlementDesk _desk = null!;

    public DemoMonth(NpgsqlDataSource books, ProviderAccounts accounts, IVault vault, TimeProvider clock, CancellationToken cancel)
    {
        (_books, _accounts, _vault, _cancel) = (books, accounts, vault, cancel);
        _clock = new PastClock(new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date.AddDays(-Days), TimeSpan.Zero));
        _first = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        _policies = new DunningPolicies(books, _clock);
        _dunnings = new Dunnings(books, _policies);
    }

    /// <summary>The time of its first day, for what has to be there before.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>
    /// Fills it in, unless the books have it. Where it was interrupted, it goes on. No other commit of the merchant may come before, since
    /// the books' time never goes back.
    /// </summary>
    /// <param name="isNew">Whether the merchant is new.</param>
    public async Task FillInAsync(MerchantId merchant, bool isNew)
    {
        var reading = new Books(_books);
        if (await HasAsync(LastCustomer) || (!isNew && !await HasAsync(FirstCustomer)))
            return;
        await using var engine = new PaymentEngine(
            new PostgresStore(_books) { AsksForMail = false }, _clock, Composition.EngineFor(new ProviderTimeouts()));
        (_merchant, _engine) = (merchant, engine);
        _desk = new SettlementDesk(
            _books, engine, _clock, Tmf676Requests.PartsOf, new KnownProviders(ProviderDirectory.Connected), _accounts,
            new StatementFormats(_books, _vault, _clock));
        await FillInAsync();

        async Task<bool> HasAsync(string customer) => await reading.AccountAsync(Own(merchant, customer), _cancel) is not null;
    }

    private async Task FillInAsync()
    {
        PlanStudio();
        PlanCounter();
        PlanPrintShop();
        PlanMusicSchool();
        PlanStatements();
        PlanTrouble();
        foreach (var moment in _plan.GroupBy(step => (step.Day, step.Hour)).OrderBy(moment => moment.Key))
        {
            _clock.Set(moment.Key.Day, moment.Key.Hour);
            await Task.WhenAll(moment.Select(step => step.Act()));
        }

        await DoAsync(new OpenAccount(Origin, new AccountId(_merchant, NewId()), [Own(_merchant, LastCustomer)], Franc, "Nora Lindqvist"));
    }

    /// <summary>Members of a studio pay a monthly fee: by transfer, by card at the counter, in cash, or late.</summary>
    private void PlanStudio()
    {
        for (var index = 0; index < Members; index++)
        {
            var (customer, name, bill) = ($"M-{2001 + index}", NameOf(index), $"F-{_first:yyMM}-{2001 + index}");
            var minor = (index % 3) switch { 0 => 39_00, 1 => 49_00, _ => 59_00 };
            Open(
                customer, name, Euro, DemoContacts.OfMember(index, name),
                new Reference(_merchant, SportAllianceNames.Dialect, SportAllianceNames.Customer, customer[2..]));
            Bill(0, customer, bill, new Money(minor, Euro), dueOn: 7, "Monthly fee");
            if (index % 8 < 4)
                Transfer(8 + (index % 7), name, bill, minor);
            else if (index % 8 < 6)
                Pay(3 + (index % 5), customer, bill, new Money(minor, Euro), ClearingProvider.Gateway, PaymentMethod.BankCard);
            else if (index % 8 == 6)
                Pay(5, customer, bill, new Money(minor, Euro), ClearingProvider.Cash, PaymentMethod.Cash);
            if (index % 4 != 0)
                continue;
            var training = $"T-{_first:yyMM}-{2001 + index}";
            Bill(12, customer, training, new Money(35_00, Euro), dueOn: 20, "Personal training");
            if (index % 8 == 0)
                Transfer(21 + (index % 4), name, training, 35_00);
        }
    }

    /// <summary>Members buy something at the counter, more of them on some days than on others.</summary>
    private void PlanCounter()
    {
        for (var day = 0; day < Days; day++)
        {
            for (var sale = 0; sale < 1 + (day * day % 5); sale++)
            {
                var (customer, bill) = ($"M-{2001 + (((day * 5) + (sale * 11)) % Members)}", $"D-{DayOf(day):yyMMdd}-{sale + 1}");
                var price = new Money(sale % 2 == 0 ? 14_00 : 22_50, Euro);
                Bill(day, customer, bill, price, dueOn: day, sale % 2 == 0 ? "Day pass for a guest" : "Sports drinks");
                var (holder, method) = sale % 3 == 0
                    ? (ClearingProvider.Cash, PaymentMethod.Cash) : (ClearingProvider.Gateway, PaymentMethod.BankCard);
                Pay(day, customer, bill, price, holder, method);
            }
        }
    }

    /// <summary>A print shop bills orders; its customers pay by cheque, by card or late, and one job is given back in part.</summary>
    private void PlanPrintShop()
    {
        for (var index = 0; index < Printers.Length; index++)
        {
            var (customer, order, day) = ($"P-{1101 + index}", $"{1101 + index}", 1 + index);
            Open(customer, Printers[index], Dollar, DemoContacts.OfShop(index, Printers[index]), Midnight(MidnightNames.Customer, order));
            var (services, postage) = (new Money(120_00 + (index * 13_50), Dollar), new Money(24_50, Dollar));
            Bill(day, customer, $"J-{order}-S", services, day + 14, "Printing, 500 brochures", order, MidnightNames.Services);
            Bill(day, customer, $"J-{order}-P", postage, day + 14, "Postage", order, MidnightNames.Postage);
            if (index % 5 == 4)
                continue;
            var (holder, method) = index % 2 == 0
                ? (ClearingProvider.Cash, PaymentMethod.Check) : (ClearingProvider.Gateway, PaymentMethod.BankCard);
            Pay(day + 9, customer, $"J-{order}-S", services, holder, method);
            Pay(day + 9, customer, $"J-{order}-P", postage, holder, method);
        }

        Plan(24, 16, () => DoAsync(new RefundPayment(
            Origin, AccountTarget.Named(Own(_merchant, "P-1101")), _payments["J-1101-S"], new RefundId(_merchant, NewId()),
            OwnApiNames.Dialect)
        {
            Amount = new Money(20_00, Dollar),
            Key = Once("refund"),
        }));
    }

    /// <summary>A music school teaches by the month, and reminds those who are late.</summary>
    private void PlanMusicSchool()
    {
        Plan(0, 6, () => _policies.SetAsync(
            _merchant, Franc,
            new DunningPolicy(_merchant, Franc, MinimumMinor: 0, [new(7), new(14, 10_00), new(28, 20_00)]),
            Origin with
            {
                Action = new OperatorAction(null, OperatorAction.CommandLine, "dunning.policy", $"dunning policy {Franc}", "as agreed"),
            },
            key: null, _cancel));
        for (var index = 0; index < 14; index++)
        {
            var (customer, name, bill) = ($"S-{3001 + index}", NameOf(40 + index), $"L-{_first:yyMM}-{3001 + index}");
            Open(customer, name, Franc, DemoContacts.OfPupil(index, name));
            var (fee, text) = index % 2 == 0 ? (new Money(120_00, Franc), "Piano lessons") : (new Money(90_00, Franc), "Violin lessons");
            Bill(1, customer, bill, fee, dueOn: 4 + index, text);
            if (index % 3 == 0)
                _swissLines.Add(Line(SwissIban, 22, bill, name, fee.AmountMinor, Franc));
            else if (index % 3 == 1)
                Pay(10 + index, customer, bill, fee, ClearingProvider.Cash, PaymentMethod.Cash);
        }

        for (var day = 5; day < Days; day++)
            Plan(day, 5, RemindAsync);
    }

    /// <summary>The bank's statements: those of two weeks lead to their bills; the last one leaves something to decide.</summary>
    private void PlanStatements()
    {
        foreach (var (day, text, name, minor) in new[]
        {
            (25, "Danke für das Probetraining", "Familie Brandt", 49_00), (25, "Account fee", "Example Bank", -12_40),
            (25, "Order 8812 mats and weights", "Sports Supply Ltd", -380_00),
        })
        {
            LinesOf(day).Add(Line(Iban, day, text, name, minor, Euro));
        }

        foreach (var (day, lines) in _lines)
            Plan(day + 1, 7, () => ImportAsync($"statement-{DayOf(day):yyyy-MM-dd}.csv", lines));
        Plan(24, 7, () => ImportAsync($"statement-chf-{DayOf(22):yyyy-MM-dd}.csv", _swissLines));
    }

    /// <summary>Courses that a card and a debit pay today, and whose money goes back: see <see cref="DemoTrouble"/>.</summary>
    private void PlanTrouble()
    {
        var expiry = new CardExpiry(12, _first.Year + 4);
        foreach (var (of, text, method, secretOf) in new (
            (string Customer, string Bill, long Minor), string, PaymentMethod, Func<string, InstrumentSecret>)[]
        {
            (DemoTrouble.Disputed, "Ten hours of personal training", PaymentMethod.BankCard,
                holder => new Card(CardNumber.Parse("4242424242424242"), expiry, holder)),
            // The sandbox debits it at once.
            (DemoTrouble.Returned, "Nutrition course", PaymentMethod.BankAccountDebit,
                holder => new IbanAccount(Quittance.Core.Instruments.Iban.Parse("DE76120300000000012345"), null, holder)),
        })
        {
            var holder = NameOf(int.Parse(of.Customer[2..], CultureInfo.InvariantCulture) - 2001);
            Plan(2, 9, () => StoreAsync(of.Customer, method, secretOf(holder)));
            Bill(20, of.Customer, of.Bill, new Money(of.Minor, Euro), dueOn: Days, text);
        }
    }

    /// <summary>Keeps a card, or a bank account with its mandate, in the vault.</summary>
    private async Task StoreAsync(string customer, PaymentMethod method, InstrumentSecret secret)
    {
        var id = new InstrumentId(_merchant, NewId());
        var mandate = secret is Card ? null
            : new Mandate($"{customer}-1", MandateScheme.Sepa, DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime), MandateStatus.Active);
        await DoAsync(new RegisterInstrument(
            Origin, AccountTarget.Named(Own(_merchant, customer)), id,
            new Reference(_merchant, OwnApiNames.Dialect, "instrument", id.Value.ToString("D")), method, secret.Masked)
        {
            Holding = new Holding(
                new Vaulted(SandboxProvider.ProviderName, secret.Shown, mandate), await _vault.SealAsync(id, secret, _cancel)),
            Standing = InstrumentStanding.Saved,
        });
    }

    private void Open(string customer, string name, Currency currency, Contact contact, Reference? other = null) => Plan(0, 7, () =>
        DoAsync(new OpenAccount(
            Origin, new AccountId(_merchant, NewId()), other is { } also ? [Own(_merchant, customer), also] : [Own(_merchant, customer)],
            currency, name)
        { Contact = contact }));

    private void Bill(
        int day, string customer, string bill, Money amount, int dueOn, string text, string? order = null, string? label = null) =>
        Plan(day, 8, () => DoAsync(new RaiseCharge(
            Origin, AccountTarget.Named(Own(_merchant, customer)), new ChargeId(_merchant, NewId()), amount, DayOf(dueOn))
        {
            Reference = new Reference(_merchant, OwnApiNames.Dialect, OwnApiNames.Charge, bill),
            Document = new Reference(_merchant, OwnApiNames.Dialect, OwnApiNames.Document, bill),
            Label = label ?? RaiseCharge.Bill,
            Order = order is null ? null : new OrderNaming(
                new OrderId(_merchant, NewId()),
                [Midnight(MidnightNames.Order, order), Midnight(MidnightNames.OrderNumber, $"ORD-{order}")]),
            Description = text,
        }));

    private void Pay(int day, string customer, string bill, Money amount, string holder, PaymentMethod method) =>
        Plan(day, 10 + (bill.Length + day) % 8, async () => _payments[bill] = new PaymentId(_merchant, await DoAsync(new RecordPayment(
            Origin, AccountTarget.Named(Own(_merchant, customer)), new PaymentId(_merchant, NewId()), OwnApiNames.Dialect)
        {
            Amount = amount,
            ReceivedBy = holder,
            Method = method,
            Parts = [Part.Charge(new Reference(_merchant, OwnApiNames.Dialect, OwnApiNames.Charge, bill), amount.AmountMinor)],
            Key = Once($"payment of {bill}"),
        })));

    private void Transfer(int day, string name, string bill, int minor) => LinesOf(day).Add(Line(Iban, day, bill, name, minor, Euro));

    private List<string> LinesOf(int day) => _lines.TryGetValue(day, out var known) ? known : _lines[day] = [];

    private string Line(string account, int day, string text, string name, long minor, Currency currency) => string.Create(
        CultureInfo.InvariantCulture, $"{account},{DayOf(day):yyyy-MM-dd},{text},{name},{minor / 100m:0.00},{currency.Code}\n");

    private async Task ImportAsync(string name, IReadOnlyList<string> lines)
    {
        using var file = new MemoryStream(
            Encoding.UTF8.GetBytes($"account,date,description,name,amount,currency\n{string.Concat(lines)}"));
        var outcome = await _desk.ImportAsync(file, name, new ReadingOptions(), Origin, progress: null, _cancel);
        if (outcome.Faults.Count > 0)
            throw new InvalidOperationException($"The demo's statement was refused: {outcome.Faults[0]}");
    }

    private async Task RemindAsync()
    {
        var today = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        foreach (var candidate in await _dunnings.CandidatesAsync(_merchant, today, Guid.Empty, 100, _cancel))
        {
            if (candidate.CommandOn(today, Origin) is { } command)
                await DoAsync(command);
        }
    }

    private void Plan(int day, int hour, Func<Task> act) => _plan.Add((day, hour, act));

    /// <returns>What it is about, such as the payment.</returns>
    private async Task<Guid> DoAsync(Command command)
    {
        var outcome = await _engine.SubmitAsync(command, patient: true);
        if (!outcome.Accepted && outcome.Faults.Any(fault => fault.Refusal != Refusal.ReferenceTaken))
            throw new InvalidOperationException($"The demo's month was refused: {string.Join(", ", outcome.Faults)}");
        return outcome.Subject;
    }

    private Origin Origin => new(_merchant, Credential: 0, NewId());

    private Guid NewId() => Guid.CreateVersion7(_clock.GetUtcNow());

    private DateOnly DayOf(int day) => _first.AddDays(day);

    private KeyUse Once(string what) =>
        new(new RequestKey(_merchant, "demo", what, 0), Encoding.UTF8.GetBytes(what), Expires: false);

    private Reference Midnight(string kind, string value) => new(_merchant, MidnightNames.Dialect, kind, value);

    private static Reference Own(MerchantId merchant, string customer) => new(merchant, OwnApiNames.Dialect, OwnApiNames.Account, customer);

    private static string NameOf(int index) => $"{Given[index % Given.Length]} {Family[(index * 7) % Family.Length]}";

    /// <summary>The clock of days that are over.</summary>
    private sealed class PastClock(DateTimeOffset first) : TimeProvider
    {
        private DateTimeOffset _now;

        public override DateTimeOffset GetUtcNow() => _now < first ? first : _now;

        public void Set(int day, int hour) => _now = first.AddDays(day).AddHours(hour);
    }
}
