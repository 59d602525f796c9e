using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Storage.Lanes;
using Quittance.Tests.Engine;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Four weeks of a business in its books, day by day, up to now: charges, payments, refunds and debts.</summary>
internal sealed class SampleWeeks(BooksFixture books, MerchantId merchant)
{
    private const int Days = 28;
    private const int Hours = 8;

    private static readonly Currency Dollar = Currency.Parse("USD");

    /// <summary>The customers who buy there.</summary>
    public static IReadOnlyList<string> Customers { get; } =
        ["Ines Duarte", "Jonas Lindqvist", "Harbour Yoga", "Mei Tanaka", "Oluwaseun Adeyemi", "Café Montagne", "Priya Raman",
            "Tomasz Zieliński", "Northside Print", "Lucía Ferrer", "Ben Okafor", "Sofia Marino"];

    // How a day's business compares with the others of its week, from Sunday.
    private static readonly int[] Busy = [2, 7, 9, 8, 10, 12, 6];

    private static readonly (string Dialect, string ReceivedBy, PaymentMethod Method)[] Ways =
    [
        ("tmf676", ClearingProvider.Gateway, PaymentMethod.TokenizedCard), ("oracle-brm", ClearingProvider.Gateway, PaymentMethod.BankCard),
        ("midnight", ClearingProvider.BankTransfer, PaymentMethod.BankAccountTransfer),
        ("tmf676", ClearingProvider.Cash, PaymentMethod.Cash),
        ("sport-alliance", ClearingProvider.Cash, PaymentMethod.Cash),
    ];

    private readonly HandMovedClock _clock = new();
    private readonly HashSet<string> _known = [];

    /// <summary>Books them.</summary>
    public async Task DoAsync()
    {
        // Up to now, and no further back than today began.
        var hours = TimeSpan.FromHours(Math.Min(Hours, _clock.GetUtcNow().TimeOfDay.TotalHours));
        _clock.Pass(-hours - TimeSpan.FromDays(Days));
        await using var engine = new PaymentEngine(new PostgresStore(books.Database), _clock, new EngineOptions());
        for (var day = 0; day <= Days; day++)
        {
            var count = Busy[(int)_clock.GetUtcNow().DayOfWeek] + (day * 3 % 4);
            for (var sale = 0; sale < count; sale++)
            {
                await SellAsync(engine, (day * 17) + (sale * 5));
                _clock.Pass(hours / count);
            }

            if (day < Days)
                _clock.Pass(TimeSpan.FromDays(1) - (hours / count * count));
        }

        // The server has added up the hours before: it adds them up anew, with what was booked into them since.
        await books.ScalarAsync(
            "WITH sums AS (DELETE FROM checkpoint_total WHERE merchant_id = $1) DELETE FROM checkpoint WHERE merchant_id = $1",
            merchant.Value);
    }

    /// <summary>One sale: charged, and paid but for one in nine; one in thirteen is given back in part.</summary>
    private async Task SellAsync(PaymentEngine engine, int number)
    {
        var name = Customers[number % Customers.Count];
        var account = AccountTarget.Named(AccountOf(name));
        var amount = new Money(9_90 + (number * 7919L % 240_00), Dollar);
        var charge = new ChargeId(merchant, NewId());
        if (_known.Add(name))
            await DoAsync(engine, new OpenAccount(Origin, new AccountId(merchant, NewId()), [AccountOf(name)], Dollar, name));
        var due = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime).AddDays(14 - (number % 70));
        await DoAsync(engine, new RaiseCharge(Origin, account, charge, amount, due) { Reference = BillOf(charge) });
        if (number % 9 == 4)
            return;
        var (dialect, receivedBy, method) = Ways[number % Ways.Length];
        var payment = new PaymentId(merchant, NewId());
        await DoAsync(engine, new RecordPayment(Origin, account, payment, dialect)
        {
            Amount = amount,
            ReceivedBy = receivedBy,
            Method = method,
            Parts = [Part.Charge(BillOf(charge), amount.AmountMinor)],
        });
        if (number % 13 == 7)
        {
            await DoAsync(
                engine, new RefundPayment(
                Origin, account, payment, new RefundId(merchant, NewId()), dialect)
                { Amount = amount with { AmountMinor = 5_00 } });
        }
    }

    private Origin Origin => new(merchant, 0, NewId());

    private Guid NewId() => Guid.CreateVersion7(_clock.GetUtcNow());

    private Reference AccountOf(string name) => new(merchant, "tmf676", "account", $"AC-{name.Split(' ')[0].ToUpperInvariant()}");

    private Reference BillOf(ChargeId charge) =>
        new(merchant, "tmf676", "bill", $"R-{charge.Value.ToString("N")[^12..].ToUpperInvariant()}");

    private static Task DoAsync(PaymentEngine engine, Command command) => engine.DoAsync(command);
}
