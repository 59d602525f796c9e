using System.Globalization;
using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Rules for lines of the bank that name nothing of ours: a line like those before needs no person again.</summary>
public static class LineRuleActs
{
    public const string Rule = "rule";
    public const string Name = "name";
    public const string Use = "as";
    public const string Which = "which";
    public const string Direction = "direction";
    public const string Counterparty = "counterparty";
    public const string PayerOf = "payer_of";
    public const string Words = "words";
    public const string Least = "least";
    public const string Most = "most";
    public const string BankAccount = "bank_account";
    public const string Place = "place";
    public const string On = "on";

    private const int LongestName = 60;

    // As banks call their charges.
    private static readonly string[] FeeWords =
    [
        "fee", "fees", "charge", "charges", "Entgelt", "Entgelte", "Gebühr", "Gebühren", "Entgeltabschluss", "Kontoführung", "Abschluss",
        "frais", "commissione", "comisión", "kosten",
    ];

    private const int LongestWords = 140;
    private const int LongestId = 36;
    private const int LongestAccount = 64;

    private static readonly Ask Number = new(Rule, AskKind.Whole, "Rule", "The number of the rule.") { Most = int.MaxValue };

    private static readonly Ask PlaceOf = new(
        Place, AskKind.Whole, "Place", "Its place in the order, from 1: the first rule that fits wins.")
    {
        IsOptional = true,
        Most = LineRules.Most,
    };

    private static readonly Ask Switched = new(
        On, AskKind.Flag, "Switch it on", "It decides the open lines that it fits, and those of each import.");

    // As a tolerance, a rule holds for all later lines, so an admin makes it. It needs no proof: all that it does can be undone.
    public static DeclaredAct Set { get; } = new(
        "rule.set", "Makes a rule for lines of the bank that name nothing of yours",
        "When a statement is imported, each line that names nothing of yours goes to the rules in their order, and the first that fits "
        + "decides it. A customer's money is only proposed. Switched on, it also decides the lines that are open. Without being switched "
        + "on, it does nothing: try it first.",
        OperatorRole.Admin, [
            new(Name, AskKind.Text, "Name", "By it people know the rule, such as Rent. Do not name a person.") { Most = LongestName },
            new(Use, AskKind.Word, "Such a line is",
                "To ignore, a fee of the bank, a provider's payout, a transfer between own accounts, which is ignored, or money of a "
                + "customer, which is proposed.")
            {
                Words = EnumWords.All<LineRuleUse>(),
            },
            new(Which, AskKind.Text, "Which one", "The provider of a payout, or the customer by a name or number; else nothing.")
            {
                IsOptional = true,
                IsNoCard = true,
            },
            new(Direction, AskKind.Word, "Money", "In or out; without it both. A fee goes out unless you say in.")
            {
                IsOptional = true,
                Words = EnumWords.All<LineDirection>(),
            },
            new(Counterparty, AskKind.Text, "From or to", "A name, or a part of one in whole words, of the payer or payee.")
            {
                IsOptional = true,
                Most = LongestWords,
            },
            new(
                PayerOf, AskKind.Text, "Same bank account as in",
                "The id of a line: the rule holds for the bank account of its other party.")
            {
                IsOptional = true,
                IsNoCard = true,
                Most = LongestId,
            },
            new(Words, AskKind.Text, "Words in the text", "Whole words with blanks between, all of which the text has.")
            {
                IsOptional = true,
                Most = LongestWords,
            },
            new(Least, AskKind.Amount, "At least", "The smallest amount, in or out.") { IsOptional = true },
            new(Most, AskKind.Amount, "At most", "The largest amount, in or out.") { IsOptional = true },
            new(BankAccount, AskKind.Text, "Your bank account", "As your statements show it, or its last four signs; without it any.")
            {
                IsOptional = true,
                IsNoCard = true,
                Most = LongestAccount,
            },
            PlaceOf,
            Switched,
        ], SetAsync)
    {
        Operation = new("setRule", "line-rules", "Statements", Scopes.Administer),
        IsGrave = false,
        HasSteps = true,
    };

    public static DeclaredAct Switch { get; } = new(
        "rule.switch", "Switches a rule for lines on or off, and puts it elsewhere in the order",
        "What it has decided stays as it is.", OperatorRole.Admin,
        [Number, Switched, PlaceOf], SwitchAsync)
    {
        Operation = new("switchRule", "line-rules/switch", "Statements", Scopes.Administer),
        IsGrave = false,
        HasSteps = true,
    };

    public static DeclaredAct End { get; } = new(
        "rule.end", "Ends a rule for lines", "What it has decided stays as it is, and names it. To change a rule, end it and make another.",
        OperatorRole.Admin, [Number], EndAsync)
    {
        Operation = new("endRule", "line-rules/end", "Statements", Scopes.Administer),
        IsGrave = false,
    };

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var rules = request.Part<LineRules>();
        var known = await rules.ListAsync(request.Merchant, request.Cancel);
        var (rule, wrong) = await ReadAsync(request);
        if (rule is null)
            return wrong!;
        if (rule is { IsOfAmountAlone: true, ActsAlone: true }
            && await request.Part<RuleTrials>().AllThatItFitsAsync(rule, request.Cancel) is { } all)
        {
            return ActResult.Refused(
                $"It fits each of the {all.ToString(CultureInfo.InvariantCulture)} lines of the last three months: say more of the lines.");
        }

        var made = await rules.MakeAsync(rule, one => request.By(SubjectOf(one), one.Says), request.Cancel);
        return made switch
        {
            // Answers are kept with their keys: they have the rule's number, and not its words, which may name a person.
            { Like: { } like } => ActResult.Refused(
                $"Rule {like.Number} is for the same lines, and says that they are {like.Says}. End it first, or say more of the lines."),
            { IsTooMany: true } => ActResult.Refused($"There are {LineRules.Most} rules already: end one first."),
            { Rule: { } one } => ActResult.Done(
                $"Rule {one.Number} is made, at place {one.Place}, and is {(one.IsOn ? "on" : "off: try it, and switch it on")}. "
                + $"It says of its lines: {one.Says}." + await DecidedAsync(request, one)
                + (one.RemarkAmong(known).Length == 0 ? "" : " Rules before it fit some of them: see the list.")),
            _ => ActResult.Done($"An earlier request has made it.{await DecidedAsync(request, rule)}", isChanged: false),
        };
    }

    private static async Task<ActResult> SwitchAsync(ActRequest request)
    {
        var (number, isOn) = (request.Asked.Whole(Rule)!.Value, request.Asked.Flag(On));
        var changed = await request.Part<LineRules>().SwitchAsync(
            request.Merchant, number, isOn, (int?)request.Asked.Whole(Place),
            one => request.By(SubjectOf(one), $"{(isOn ? "on" : "off")}, place {one.Place}"), request.Cancel);
        return changed is null ? NoRule(number)
            : ActResult.Done(
                $"Rule {changed.Number} is {(isOn ? "on" : "off")}, at place {changed.Place}.{await DecidedAsync(request, changed)}");
    }

    /// <summary>Has a rule that is on decide the open lines that it fits, and says of how many; empty for none.</summary>
    private static async Task<string> DecidedAsync(ActRequest request, LineRule rule)
    {
        if (rule is not { IsOn: true, ActsAlone: true })
            return "";
        var amounts = await request.Part<SettlementDesk>().DecideOpenAsync(rule, request.By("open lines"), request.Cancel);
        return amounts.Count == 0 ? ""
            : $" It has decided {amounts.Count} open {(amounts.Count == 1 ? "line" : "lines")}, "
                + $"{string.Join(", ", Money.SumsOf(amounts))}.";
    }

    private static async Task<ActResult> EndAsync(ActRequest request)
    {
        var number = request.Asked.Whole(Rule)!.Value;
        var ended = await request.Part<LineRules>().EndAsync(
            request.Merchant, number, one => request.By(SubjectOf(one)), request.Cancel);
        return ended is null ? NoRule(number) : ActResult.Done($"Rule {ended.Number} is ended.");
    }

    /// <summary>A rule for lines like one, with what such a line probably is.</summary>
    public static LineRule Like(SettlementLine line, IReadOnlyList<string> providers)
    {
        var said = $"{line.Counterparty} {line.Remittance} {line.EndToEnd}";
        var isOut = line.Amount.AmountMinor < 0;
        var fee = isOut ? FeeWords.FirstOrDefault(word => SettlementWording.Says(said, word)) : null;
        var provider = providers.FirstOrDefault(name => SettlementWording.Says(said, name));
        var use = fee is not null ? LineRuleUse.Fee : provider is not null ? LineRuleUse.Payout
            : isOut ? LineRuleUse.Ignore : LineRuleUse.Customer;
        var party = PayerName.WordsOf(line.Counterparty).Count == 0 ? null : line.Counterparty;
        // A customer is a person, and people give the rule another name.
        var name = use == LineRuleUse.Customer ? "" : party ?? fee ?? line.Remittance ?? line.Account;
        return new LineRule(line.Id.Merchant, 0, name.Length > LongestName ? name[..LongestName] : name, use)
        {
            Provider = use == LineRuleUse.Payout ? provider : null,
            BankAccount = line.Account,
            Direction = isOut ? LineDirection.Out : LineDirection.In,
            // The bank itself has no account: its words tell its lines.
            Counterparty = line.CounterpartyHash is null && party?.Length <= LongestWords ? party : null,
            CounterpartyHash = line.CounterpartyHash,
            Words = line.CounterpartyHash is null && party is null ? fee : null,
        };
    }

    /// <summary>Reads the rule that a request asks for; or what is wrong with it.</summary>
    public static async Task<(LineRule? Rule, ActResult? Wrong)> ReadAsync(ActRequest request)
    {
        var asked = request.Asked;
        var use = EnumWords.To<LineRuleUse>(asked.Required(Use));
        var (least, most) = (asked.Amount(Least), asked.Amount(Most));
        if (least is { } low && most is { } high)
        {
            if (low.Currency != high.Currency)
                return (null, ActResult.Wrong(Most, "Both amounts are in one currency."));
            if (low.AmountMinor > high.AmountMinor)
                return (null, ActResult.Wrong(Most, $"The largest amount is below the smallest one, {low}."));
        }

        var rule = new LineRule(request.Merchant, 0, Masked(asked.Required(Name))!, use)
        {
            BankAccount = asked.Text(BankAccount),
            Direction = EnumWords.Find<LineDirection>(asked.Text(Direction)) ?? use switch
            {
                LineRuleUse.Fee => LineDirection.Out,
                LineRuleUse.Customer => LineDirection.In,
                _ => null,
            },
            Counterparty = Masked(asked.Text(Counterparty)),
            Words = Masked(asked.Text(Words)),
            Least = least,
            Most = most,
            Place = (int)(asked.Whole(Place) ?? 0),
            IsOn = asked.Flag(On),
        };
        if (rule.Counterparty is not null && PayerName.WordsOf(rule.Counterparty).Count == 0)
            return (null, ActResult.Wrong(Counterparty, "Say a word of at least two letters: titles and digits tell no name."));
        if (rule.Words is { } words && !words.Any(char.IsLetterOrDigit))
            return (null, ActResult.Wrong(Words, "Say a word with a letter or a digit."));
        if (use == LineRuleUse.Customer && rule.Direction == LineDirection.Out)
            return (null, ActResult.Wrong(Direction, "A customer's money comes in."));
        if (rule.BankAccount is { } typed)
        {
            var accounts = await request.Part<LineRules>().AccountsAsync(request.Merchant, request.Cancel);
            if (LineFilter.AccountOf(typed, accounts) is not { } account)
                return (null, ActResult.NoSuch(BankAccount, "account", LineFilter.NoSuchAccount(accounts)));
            rule = rule with { BankAccount = account };
        }

        var (known, wrong) = await WithPartyAsync(request, rule, asked.Text(PayerOf));
        if (known is null)
            return (null, wrong);
        return known.HasCondition ? await WithWhichAsync(request, known, asked.Text(Which))
            : (null, ActResult.Refused(
                "The rule would fit every line: say by what its lines are known, the other party, words in the text or the largest "
                + "amount."));
    }

    /// <summary>The rule for the bank account of a line's other party.</summary>
    private static async Task<(LineRule? Rule, ActResult? Wrong)> WithPartyAsync(ActRequest request, LineRule rule, string? line)
    {
        if (line is null)
            return (rule, null);
        var like = Guid.TryParse(line, out var id)
            ? await request.Part<Statements>().FindAsync(new SettlementLineId(request.Merchant, id), request.Cancel) : null;
        return like is null ? (null, ActResult.NoSuch(PayerOf, "line", "There is no such line."))
            : like.CounterpartyHash is null
                ? (null, ActResult.Wrong(PayerOf, "The bank tells no account of its other party: say the name."))
            : (rule with { CounterpartyHash = like.CounterpartyHash }, null);
    }

    /// <summary>The rule with its provider or its customer.</summary>
    private static async Task<(LineRule? Rule, ActResult? Wrong)> WithWhichAsync(ActRequest request, LineRule rule, string? which)
    {
        if (rule.Use is not (LineRuleUse.Payout or LineRuleUse.Customer))
            return which is null ? (rule, null) : (null, ActResult.Wrong(Which, "Only a payout and a customer's money have this."));
        if (which is null)
        {
            return (null, ActResult.Wrong(
                Which, rule.Use == LineRuleUse.Payout ? "Say whose payout it is." : "Say whose money it is, by a name or number."));
        }

        if (rule.Use == LineRuleUse.Payout)
        {
            return request.Part<KnownProviders>().ProblemOf(which) is { } problem
                ? (null, ActResult.NoSuch(Which, "provider", $"{problem}.")) : (rule with { Provider = which }, null);
        }

        var named = request.Part<NamedThings>();
        if (await named.ProblemOfTypedAsync(request.Merchant, SettlementChoice.Customer, [which], request.Cancel) is { } unclear)
            return (null, ActResult.NoSuch(Which, "customer", $"{unclear}."));
        var (payer, why) = await named.CustomerAsync(request.Merchant, which, request.Cancel);
        return payer is null ? (null, ActResult.NoSuch(Which, "customer", $"{why}."))
            : (rule with { Customer = (payer.Account, payer.Slot, payer.Number) }, null);
    }

    private static string? Masked(string? typed) => NumberMask.Apply(typed);

    // Its words may name a person, and the audit log stays.
    private static string SubjectOf(LineRule rule) => $"rule {rule.Number.ToString(CultureInfo.InvariantCulture)}";

    private static ActResult NoRule(long number) => ActResult.NoSuch(Rule, "rule", $"There is no rule {number}.");
}
