using System.Globalization;
using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Ledger;
using Quittance.Storage.Exporting;

namespace Quittance.BackOffice.Ledger;

/// <summary>What an accountant's DATEV has to know of the books.</summary>
public static class DatevActs
{
    public const string Consultant = "consultant";
    public const string Client = "client";
    public const string FirstMonth = "first_month";
    public const string Length = "length";
    public const string Others = "others";

    private const int Months = 12;
    private const int MostAccount = 999_999_999;
    private const int LongestOthers = 4000;

    /// <summary>The lines that every merchant has, with their asks and the numbers of the two usual charts.</summary>
    private static readonly IReadOnlyList<(string Name, LedgerKind Kind, string Label, string Meaning)> Lines =
    [
        ("receivable", LedgerKind.Receivable, "Customers' debts", "Such as 10000, one account for all customers."),
        ("credit", LedgerKind.Credit, "Customers' credit", "Such as 1710 in SKR03, 3250 in SKR04."),
        ("clearing", LedgerKind.Clearing, "Money at providers and in the drawer", "Such as 1360 in SKR03, 1460 in SKR04."),
        ("refunds", LedgerKind.RefundsInTransit, "Refunds on the way", "Such as 1361 in SKR03, 1461 in SKR04."),
        ("bank", LedgerKind.Bank, "Bank", "Such as 1200 in SKR03, 1800 in SKR04."),
        ("billed", LedgerKind.Billed, "What is billed", "Such as 8200 in SKR03, 4200 in SKR04: one that computes no tax by itself."),
        ("fees", LedgerKind.Fees, "Fees", "Such as 4970 in SKR03, 6855 in SKR04."),
        ("write_off", LedgerKind.WriteOff, "Debts given up", "Such as 2400 in SKR03, 6930 in SKR04."),
    ];

    private static IEnumerable<(string Name, LedgerKind Kind, string Label, string Meaning)> OfSeveral =>
        Lines.Where(line => LedgerAccountName.HasLines(line.Kind));

    public static DeclaredAct Set { get; } = new(
        "datev.set", "Sets the numbers that your accountant's DATEV has, in place of those before",
        "Journals that are exported for DATEV from now on have them; one that needs a number you leave out is refused, and says which. Ask "
        + "your accountant for the numbers.",
        OperatorRole.Admin,
        [
            new(Consultant, AskKind.Whole, "Consultant", "Your accountant's number at DATEV.")
            {
                Least = DatevChart.LeastConsultant,
                Most = DatevChart.MostConsultant,
            },
            new(Client, AskKind.Whole, "Client", "Your number at the accountant.") { Most = DatevChart.MostClient },
            new(FirstMonth, AskKind.Whole, "Fiscal year begins with month", "A number from 1 to 12; 1 if left out.")
            {
                Most = Months,
                IsOptional = true,
            },
            new(Length, AskKind.Whole, "Digits of an account", "4 if left out. The accounts of customers have one more.")
            {
                Least = DatevChart.LeastLength,
                Most = DatevChart.MostLength,
                IsOptional = true,
            },
            .. Lines.Select(line => new Ask(line.Name, AskKind.Whole, line.Label, line.Meaning)
            {
                Most = MostAccount,
                IsOptional = true,
            }),
            new(Others, AskKind.Text, "Accounts of their own",
                "Lines of the trial balance that have another number, such as assets:clearing:cash=1000, assets:clearing:stripe=1362.")
            {
                IsOptional = true,
                Most = LongestOthers,
                IsNoCard = true,
            },
        ],
        SetAsync)
    {
        Operation = new("setDatevChart", "datev", "Ledger", Scopes.Administer),
        IsGrave = false,
    };

    /// <summary>The answers to what the act asks, as they are now.</summary>
    public static Asked AskedOf(DatevChart chart)
    {
        var asked = new Asked().With(Consultant, (long)chart.Consultant).With(Client, (long)chart.Client)
            .With(FirstMonth, (long)chart.FirstMonth).With(Length, (long)chart.Length);
        foreach (var line in Lines)
            asked.With(line.Name, (long?)chart.Accounts.FirstOrDefault(account => account.Line == NameOf(line.Kind))?.Number);
        var others = chart.Accounts.Where(account => !Lines.Any(line => NameOf(line.Kind) == account.Line))
            .Select(account => string.Create(CultureInfo.InvariantCulture, $"{account.Line}={account.Number}"));
        return asked.With(Others, string.Join(", ", others) is { Length: > 0 } text ? text : null);
    }

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var asked = request.Asked;
        var length = (int)(asked.Whole(Length) ?? DatevChart.LeastLength);
        List<DatevAccount> accounts = [];
        foreach (var line in Lines)
        {
            if (asked.Whole(line.Name) is not { } number)
                continue;
            if (!IsOfLength((int)number, length))
                return ActResult.Wrong(line.Name, TooLong(length));
            accounts.Add(new DatevAccount(NameOf(line.Kind), (int)number));
        }

        foreach (var typed in (asked.Text(Others) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (typed.Split('=', StringSplitOptions.TrimEntries) is not [var name, var digits]
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                return ActResult.Wrong(
                    Others, $"{typed}: say a line of the trial balance and its number, such as assets:clearing:cash=1000.");
            }

            if (!OfSeveral.Any(line => name.StartsWith($"{NameOf(line.Kind)}:", StringComparison.Ordinal)))
            {
                return ActResult.Wrong(
                    Others, $"{name} is no line with a number of its own. Such lines begin with "
                    + $"{string.Join(", ", OfSeveral.Select(line => $"{NameOf(line.Kind)}:"))}.");
            }

            if (!IsOfLength(number, length))
                return ActResult.Wrong(Others, $"{name}: {TooLong(length)}");
            if (accounts.Any(account => account.Line == name))
                return ActResult.Wrong(Others, $"{name} stands here twice.");
            accounts.Add(new DatevAccount(name, number));
        }

        var isChanged = await request.Part<DatevCharts>().SetAsync(
            new DatevChart(
                request.Merchant, (int)asked.Whole(Consultant)!.Value, (int)asked.Whole(Client)!.Value,
                (int)(asked.Whole(FirstMonth) ?? 1), length, accounts),
            request.By("datev"), request.Cancel);
        return ActResult.Done("Journals for DATEV have these numbers.", isChanged);
    }

    private static string NameOf(LedgerKind kind) => LedgerAccountName.OfLine(kind, "");

    private static bool IsOfLength(int number, int length) =>
        number.ToString(CultureInfo.InvariantCulture).Length <= length + 1;

    private static string TooLong(int length) => $"An account has at most {length} digits, and one of a customer {length + 1}.";
}
