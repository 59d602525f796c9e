using System.CommandLine;
using Quittance.BackOffice.Exports;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Host.Cli;
using Quittance.Storage.Console;

namespace Quittance.Host.Commands.Business;

/// <summary>The lists of payments, open charges, customers and providers, as the console has them.</summary>
internal static class ListCommands
{
    private static readonly Option<string?> Status = ListOptions.Words<PaymentStatus>("--status", "Only those of this status");

    private static readonly Option<string?> Method = ListOptions.Words<PaymentMethod>("--method", "Only those that were paid so");

    private static readonly Option<string?> Age =
        ListOptions.Words<ReceivableAge>("--age", "Only those that are overdue for so long, by the merchant's day");

    private static readonly Option<string?> Search = Options.Text(
        "--search", "text", "Only customers whose name has this, or whose number or reference begins with it");

    public static Command OfPayments() => CommandMaker.OfMerchant(
        "list", "List the payments, the newest first, and what they add up to", PaymentsAsync, ListOptions.Search, Status, Method,
        ListOptions.Code, ListOptions.From, ListOptions.To, ListOptions.Limit, ListOptions.After, ListOptions.Csv);

    public static Command OfCharges() => CommandMaker.OfMerchant(
        "list", "List the open charges, customer by customer", ChargesAsync, Age, ListOptions.Code, ListOptions.Limit, ListOptions.After,
        ListOptions.Csv);

    public static Command OfAccounts() => CommandMaker.OfMerchant(
        "list", "List the customers, the newest first, and what each owes", AccountsAsync, Search, ListOptions.Limit, ListOptions.After,
        ListOptions.Csv);

    public static Command OfProviders() => CommandMaker.OfMerchant(
        "list", "List the merchant's accounts at providers; never a key", ProvidersAsync, ListOptions.Csv);

    private static async Task PaymentsAsync(Run run)
    {
        var limit = ListOptions.LimitOf(run);
        var (books, merchant) = await run.ReadMerchantAsync();
        var (from, until) = await ListOptions.MomentsOfAsync(run, books, merchant);
        var currency = ListOptions.CurrencyOf(run);
        var filter = new PaymentFilter
        {
            Status = EnumWords.Find<PaymentStatus>(run.Get(Status)),
            Method = EnumWords.Find<PaymentMethod>(run.Get(Method)),
            Currency = currency?.Code,
            From = from,
            Until = until,
        };
        filter = run.Get(ListOptions.Search)?.Trim() is { Length: > 0 } typed ? filter.For(typed, currency) : filter;
        Guid? after = run.Get(ListOptions.After) is not { } place ? null
            : Guid.TryParse(place, out var id) ? id : throw NoPlace();
        var page = await new PaymentLists(books).ReadAsync(merchant, filter, after, limit, counts: after is null, run.Cancel);
        var left = page.Count - page.Payments.Count;
        var table = new ListTable("number", "received", "status", "customer_number", "customer", "amount", "currency", "method")
        {
            Nothing = "There is no such payment.",
            Totals =
            [
                .. page.Sums.Select(sum => $"Paid {Of(sum.Currency, sum.PaidMinor)}, of which went back {Of(sum.Currency, sum.BackMinor)}; "
                    + $"not paid {Of(sum.Currency, sum.UnpaidMinor)}"),
            ],
            Next = page.Next?.ToString("D"),
            More = left is > 0 && page.Count <= PaymentLists.CountsTo ? $"{left} more" : "more",
        };
        foreach (var payment in page.Payments)
        {
            table.Add(
                CsvCell.Of(payment.Number), CsvCell.Utc(payment.At), CsvCell.Of(EnumWords.Of(payment.Status)),
                CsvCell.Of(payment.AccountNumber), CsvCell.Of(payment.Name),
                payment.Amount is { } amount ? CsvCell.Of(amount) : CsvCell.Nothing, CsvCell.Of(payment.Amount?.Currency),
                CsvCell.Of(EnumWords.Of(payment.Method)));
        }

        table.Print(run, DocumentOf(page));
    }

    private static object DocumentOf(PaymentPage page) => new
    {
        Payments = page.Payments.Select(payment => new
        {
            payment.Number,
            payment.Id,
            payment.At,
            payment.Status,
            Account = payment.AccountNumber,
            payment.Name,
            payment.Amount,
            payment.Method,
            Api = payment.Dialect,
        }),
        Totals = page.Sums.Select(sum => new
        {
            Paid = new Money(sum.PaidMinor, sum.Currency),
            Back = new Money(sum.BackMinor, sum.Currency),
            Unpaid = new Money(sum.UnpaidMinor, sum.Currency),
        }),
        page.Count,
        Next = page.Next,
    };

    private static async Task ChargesAsync(Run run)
    {
        var limit = ListOptions.LimitOf(run);
        var (books, merchant) = await run.ReadMerchantAsync();
        var today = await run.TodayAsync(books, merchant);
        var after = run.Get(ListOptions.After) is not { } place ? null : OpenChargePlace.Parse(place) ?? throw NoPlace();
        var page = await new Receivables(books).ListAsync(
            merchant,
            new OpenChargeFilter(
                EnumWords.Find<ReceivableAge>(run.Get(Age))?.DueDays(today), ListOptions.CurrencyOf(run), OpenChargeOrder.Usual),
            after, limit, run.Cancel);
        var sums = SumsOf(page.Charges.Select(one => OpenOf(one.Charge)));
        var table = new ListTable("number", "charge", "customer_number", "customer", "due", "days_overdue", "open", "currency")
        {
            Nothing = "There is no such open charge.",
            Totals = [.. sums.Select(sum => $"{(page.Next is null && after is null ? "Open" : "Open of these")} {sum}")],
            Next = page.Next?.ToString(),
        };
        foreach (var listed in page.Charges)
        {
            var charge = listed.Charge;
            table.Add(
                CsvCell.Of(charge.Number), CsvCell.Of(charge.Called), CsvCell.Of(listed.AccountNumber), CsvCell.Of(listed.Name),
                CsvCell.Of(charge.DueOn), CsvCell.Of(Math.Max(0, today.DayNumber - charge.DueOn.DayNumber)), CsvCell.Of(OpenOf(charge)),
                CsvCell.Of(charge.Amount.Currency));
        }

        table.Print(run, new
        {
            Charges = page.Charges.Select(one => new
            {
                one.Charge.Number,
                Id = one.Charge.Id.Value,
                one.Charge.Called,
                Account = one.AccountNumber,
                one.Name,
                one.Charge.DueOn,
                one.Charge.Amount,
                Open = OpenOf(one.Charge),
            }),
            Totals = sums,
            Next = page.Next?.ToString(),
        });
    }

    private static async Task AccountsAsync(Run run)
    {
        var limit = ListOptions.LimitOf(run);
        var (books, merchant) = await run.ReadMerchantAsync();
        var after = run.Get(ListOptions.After) is { } place ? PlaceOf(place) : null;
        var page = await new CustomerReading(books).ListAsync(
            merchant, run.Get(Search)?.Trim() ?? "", CustomerOrder.Newest, after, limit, run.Cancel);
        var (open, credit) = (SumsOf(page.Rows.SelectMany(row => row.Open)), SumsOf(page.Rows.SelectMany(row => row.Credit)));
        var which = page.Next is null && after is null ? "" : " of these";
        var table = new ListTable("number", "name", "known_as", "owes", "credit", "currency")
        {
            Nothing = "There is no such customer.",
            Totals = [.. open.Select(sum => $"Owed{which} {sum}"), .. credit.Select(sum => $"Credit{which} {sum}")],
            Next = page.Next is { } next ? $"\"{next.Account:D} {next.Text}\"" : null,
        };
        foreach (var row in page.Rows)
        {
            var name = row.FoundBy ?? row.Names.Select(one => (Reference?)one).FirstOrDefault();
            var currencies = row.Open.Concat(row.Credit).Select(sum => sum.Currency).DefaultIfEmpty(row.Account.Currency);
            foreach (var currency in currencies.Distinct())
            {
                table.Add(
                    CsvCell.Of(row.Account.Number), CsvCell.Of(row.Account.Name), CsvCell.Of(name?.Value), In(row.Open, currency),
                    In(row.Credit, currency), CsvCell.Of(currency));
            }
        }

        table.Print(run, new
        {
            Accounts = page.Rows.Select(row => new
            {
                row.Account.Number,
                Id = row.Account.Id.Value,
                row.Account.Name,
                Names = row.Names.Select(one => one.Value),
                Owes = row.Open,
                row.Credit,
            }),
            Totals = new { Owes = open, Credit = credit },
            Next = page.Next is { } going ? $"{going.Account:D} {going.Text}" : null,
        });
    }

    private static async Task ProvidersAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var providers = await new ConnectedProviders(books).ListAsync(merchant, run.Cancel);
        var table = new ListTable("provider", "address", "keys_since", "unanswered")
        {
            Nothing = "There is no account at a provider. Open one with: quittance provider connect",
        };
        foreach (var one in providers)
        {
            table.Add(
                CsvCell.Of(one.Provider), CsvCell.Of(one.Address.OriginalString), CsvCell.Utc(one.ChangedAt), CsvCell.Of(one.Unanswered));
        }

        table.Print(run, new
        {
            Providers = providers.Select(one => new
            {
                one.Provider,
                Url = one.Address.OriginalString,
                KeysSince = one.ChangedAt,
                one.Unanswered,
                one.UnansweredSince,
            }),
        });
    }

    private static CustomerPlace PlaceOf(string place) =>
        place.Split(' ', 2) is [var id, .. var rest] && Guid.TryParse(id, out var account)
            ? new CustomerPlace(rest is [var text] ? text : "", account) : throw NoPlace();

    private static CommandException NoPlace() => new($"{ListOptions.After.Name} is no place that a list has said.");

    private static CsvCell In(IReadOnlyList<Money> sums, Currency currency) =>
        CsvCell.Of(sums.Where(sum => sum.Currency == currency).DefaultIfEmpty(new Money(0, currency)).First());

    private static Money OpenOf(Core.Accounts.Charge charge) => charge.Amount with { AmountMinor = charge.OpenMinor };

    private static Money Of(Currency currency, long minor) => new(minor, currency);

    private static IReadOnlyList<Money> SumsOf(IEnumerable<Money> amounts) =>
    [
        .. amounts.GroupBy(amount => amount.Currency).OrderBy(sum => sum.Key.Code, StringComparer.Ordinal)
            .Select(sum => new Money(sum.Sum(amount => amount.AmountMinor), sum.Key)).Where(sum => sum.AmountMinor != 0),
    ];
}
