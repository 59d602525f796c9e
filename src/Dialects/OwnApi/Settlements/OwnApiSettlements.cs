using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Dialects.Http;
using Quittance.Dialects.OwnApi.Charges;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Settlements;

/// <summary>Statements of banks and payout reports of providers: importing them, and saying what their lines are.</summary>
internal sealed class OwnApiSettlements(
    PublicAddress address, IReceivables receivables, ISettlements settlements, OwnApiCharges charges)
{
    public const string Status = "status";
    public const string Direction = "direction";
    public const string BankAccount = "bank_account";
    public const string Text = "text";
    public const string Until = "until";

    public void Map(DialectRoutes routes)
    {
        routes.Post("statement.import", StatementsPath, SettleScope, ImportAsync, needsKey: true)
            .WithMetadata(SettlementShapes.ImportStatements);
        routes.Get(StatementsPath, SettleScope, ListAsync).WithMetadata(SettlementShapes.ListStatements);
        routes.Get($"{StatementsPath}/{{{Id}}}", SettleScope, FindAsync).WithMetadata(SettlementShapes.FindBankStatement);
        routes.Get($"{StatementsPath}/{{{Id}}}/lines", SettleScope, LinesOfOneAsync)
            .WithMetadata(SettlementShapes.ListLinesOfStatement);
        routes.Get($"{Mount}/line-rules", SettleScope, RulesAsync).WithMetadata(RuleShapes.ListRules);
        routes.Get($"{Mount}/statement-formats", SettleScope, FormatsAsync).WithMetadata(FormatShapes.ListFormats);
        routes.Get(LinesPath, SettleScope, LinesAsync).WithMetadata(SettlementShapes.ListLines);
        routes.Get($"{LinesPath}/{{{Id}}}", SettleScope, FindLineAsync).WithMetadata(SettlementShapes.FindLine);
        routes.Post("line.book", $"{LinesPath}/{{{Id}}}/book", SettleScope, BookAsync, needsKey: true)
            .WithMetadata(SettlementShapes.BookLine);
        routes.Post("line.split", $"{LinesPath}/{{{Id}}}/split", SettleScope, SplitAsync, needsKey: true)
            .WithMetadata(SettlementShapes.SplitLine);
        routes.Post("line.unbook", $"{LinesPath}/{{{Id}}}/unbook", SettleScope, UnbookAsync, needsKey: true)
            .WithMetadata(SettlementShapes.UnbookLine, AsOperator.Grave);
    }

    /// <summary>Imports a file, and books the lines that are certain.</summary>
    private async Task<Answer> ImportAsync(Call call)
    {
        if (!SettlementShapes.ReadStatementFile(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var name = asked.Name ?? "statement";
        var outcome = await settlements.ImportAsync(
            asked.File, name, asked.Options, call.Does("settlement.import", $"statement {name}"), call.KeyUse(), call.Cancel);
        if (outcome.Refusal is { } refusal)
            return OwnApiErrors.Of(refusal).ToAnswer(address);
        return outcome.Faults.Count > 0
            ? OwnApiErrors.OfInput([.. outcome.Faults.Select(fault => InputFault.At("/file", fault.ToString()))]).ToAnswer(address)
            : SettlementShapes.Import.ToAnswer(outcome, StatusCodes.Status201Created) with { Replayed = outcome.IsRepeated };
    }

    private Task<Answer> ListAsync(Call call) => OwnApiLists.AnswerAsync(
        call, address, "statements", _ => Task.FromResult<IReadOnlyList<Criterion>?>([]),
        query => settlements.StatementsAsync(query, call.Cancel), listed => listed.Statement.Id.Value, SettlementShapes.StatementPage);

    private async Task<Answer> FindAsync(Call call) => await NamedAsync(call) is { } listed
        ? SettlementShapes.ListedStatement.ToAnswer(listed) : OwnApiErrors.NoSuch("statement").ToAnswer(address);

    /// <summary>The lines of one statement.</summary>
    private async Task<Answer> LinesOfOneAsync(Call call)
    {
        if (await NamedAsync(call) is not { } listed)
            return OwnApiErrors.NoSuch("statement").ToAnswer(address);
        var id = listed.Statement.Id;
        return await LinesAsync(
            call, $"lines of {id.Value:N}", (query, status, _) => settlements.LinesAsync(query, id, status, call.Cancel));
    }

    /// <summary>The lines of all statements.</summary>
    private Task<Answer> LinesAsync(Call call) => LinesAsync(
        call, "lines",
        (query, status, filter) => settlements.LinesAsync(query, status ?? SettlementStatus.Open, filter, call.Cancel), isNarrowed: true);

    private async Task<Answer> FindLineAsync(Call call)
    {
        if (await LineAsync(call) is not { } line)
            return OwnApiErrors.NoSuch("line").ToAnswer(address);
        var choices = await settlements.ChoicesAsync(line.Id.Merchant, [line], call.Cancel);
        return SettlementShapes.SettlementLine.ToAnswer(new ShownLine(line, choices.GetValueOrDefault(line.Id, LineChoices.None))) with
        {
            Headers = [OwnApiTags.Of(line.Events)],
        };
    }

    /// <summary>The rules for lines that name nothing of the merchant's, one of them tried.</summary>
    private async Task<Answer> RulesAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var asked = query.Whole(RuleShapes.Try, 1, int.MaxValue);
        var ended = query.Flag(RuleShapes.Ended) ?? false;
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        var rules = await settlements.RulesAsync(call.Credential.Merchant, ended, call.Cancel);
        if (asked is { } number && rules.All(rule => rule.Number != number))
            return OwnApiErrors.OfInput([InputFault.In(RuleShapes.Try, $"there is no rule {number}")]).ToAnswer(address);
        List<ShownRule> shown = [];
        foreach (var rule in rules)
        {
            var trial = rule.Number == asked ? await settlements.TryAsync(rule, call.Cancel) : null;
            shown.Add(new ShownRule(rule, rule.RemarkAmong(rules), trial));
        }

        return RuleShapes.Rules.ToAnswer(shown);
    }

    /// <summary>The formats of CSV that the merchant keeps.</summary>
    private async Task<Answer> FormatsAsync(Call call) =>
        FormatShapes.Formats.ToAnswer(await settlements.FormatsAsync(call.Credential.Merchant, call.Cancel));

    /// <summary>Books a line as the client says, or leaves it out of the books.</summary>
    private async Task<Answer> BookAsync(Call call)
    {
        if (!SettlementShapes.ReadBooking(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await LineAsync(call) is not { } line)
            return OwnApiErrors.NoSuch("line").ToAnswer(address);
        var choice = asked.As!.Value;
        if (!(await NamesAsync(call, choice, asked.Names, "")).TryGet(out var names, out var unknown))
            return unknown.ToAnswer(address);
        var (outcome, fault) = await settlements.BookAsChosenAsync(
            line, choice, names, Does(call, line, choice == SettlementChoice.Ignore ? "match" : "book", asked.Reason!), asked.Reason,
            call.Cancel, call.KeyUse(), asked.Shortfall);
        return await ChosenAsync(call, outcome, fault);
    }

    /// <summary>Splits a line into the parts that the client names.</summary>
    private async Task<Answer> SplitAsync(Call call)
    {
        if (!SettlementShapes.ReadSplit(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await LineAsync(call) is not { } line)
            return OwnApiErrors.NoSuch("line").ToAnswer(address);
        List<SplitPart> parts = [];
        foreach (var part in asked.Parts)
        {
            IReadOnlyList<string> names = part.Names;
            if (part.As is { } choice
                && !(await NamesAsync(call, choice, part.Names, $"/parts/{parts.Count}")).TryGet(out names!, out var unknown))
            {
                return unknown.ToAnswer(address);
            }

            parts.Add(new SplitPart(part.Amount!.Value, part.As, names));
        }

        var (outcome, fault) = await settlements.SplitAsync(
            line, parts, Does(call, line, "book", asked.Reason!), asked.Reason, call.KeyUse(), call.Cancel);
        return await ChosenAsync(call, outcome, fault);
    }

    private async Task<Answer> ChosenAsync(Call call, Outcome? outcome, string? fault) => outcome switch
    {
        null => OwnApiErrors.NotBooked(fault!).ToAnswer(address),
        { Accepted: true } => await NewsAsync(call, outcome),
        _ => OwnApiErrors.Of(outcome.Faults[0].Refusal).ToAnswer(address),
    };

    /// <summary>Takes the booking of a line back, where it is the one that the client has seen.</summary>
    private async Task<Answer> UnbookAsync(Call call)
    {
        if (!OwnApiTags.SeenIn(call.Http.Request, "line").TryGet(out var seen, out var unseen))
            return unseen.ToAnswer(address);
        if (!OwnApiRequests.ReadReason(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await LineAsync(call) is not { } line)
            return OwnApiErrors.NoSuch("line").ToAnswer(address);
        var outcome = await settlements.UnbookAsync(
            line, seen.Of(line.Events), asked.Reason!, Does(call, line, "unbook", asked.Reason!), call.KeyUse(), call.Cancel);
        if (outcome.Accepted)
            return await NewsAsync(call, outcome);
        var refusal = outcome.Faults[0].Refusal;
        var hasChanged = refusal == Refusal.SettlementNotBooked && line.Events != seen.Of(line.Events);
        return (hasChanged ? OwnApiTags.Changed("line") : OwnApiErrors.Of(refusal)).ToAnswer(address);
    }

    private Task<Answer> LinesAsync(
        Call call, string list, Func<ListQuery, SettlementStatus?, LineFilter, Task<ListSlice<SettlementLine>>> readAsync,
        bool isNarrowed = false)
    {
        SettlementStatus? status = null;
        var filter = LineFilter.None;
        return OwnApiLists.AnswerAsync(
            call, address, list, CriteriaAsync, ShownAsync, shown => shown.Line.Id.Value, SettlementShapes.LinePage);

        async Task<IReadOnlyList<Criterion>?> CriteriaAsync(OwnApiQuery query)
        {
            if (query.Word(Status, EnumWords.All<SettlementStatus>()) is { } word)
                status = EnumWords.To<SettlementStatus>(word);
            if (isNarrowed)
            {
                filter = new LineFilter(LineFilter.SignOf(query.Word(Direction, LineFilter.Directions)), query.Text(Text))
                {
                    Account = query.Text(BankAccount),
                    Until = query.Day(Until),
                };
            }

            if (filter.Account is { } typed)
            {
                var accounts = await settlements.AccountsAsync(call.Credential.Merchant, call.Cancel);
                filter = filter with { Account = LineFilter.AccountOf(typed, accounts) };
                if (filter.Account is null)
                    query.Refuse(BankAccount, LineFilter.NoSuchAccount(accounts));
            }

            return [];
        }

        async Task<ListSlice<ShownLine>> ShownAsync(ListQuery query)
        {
            var found = await readAsync(query, status, filter);
            var choices = await settlements.ChoicesAsync(query.Merchant, found.Items, call.Cancel);
            return new ListSlice<ShownLine>(
                [.. found.Items.Select(line => new ShownLine(line, choices.GetValueOrDefault(line.Id, LineChoices.None)))], found.HasMore,
                found.Count);
        }
    }

    /// <summary>The names of a request as the desk knows them, by numbers of our own: several things may have one other name.</summary>
    /// <param name="above">The pointer to what has the names.</param>
    private async Task<Reading<IReadOnlyList<string>, OwnApiProblem>> NamesAsync(
        Call call, SettlementChoice choice, IReadOnlyList<string> asked, string above)
    {
        List<string> names = [];
        foreach (var text in asked)
        {
            var (name, unknown) = choice switch
            {
                SettlementChoice.Charge => ((await charges.NamedAsync(call, text))?.Number, Refusal.ChargeUnknown),
                SettlementChoice.Customer => (await NumberOfAsync(call, text), Refusal.AccountUnknown),
                SettlementChoice.Payment or SettlementChoice.Return => (
                    await OwnApiPayments.NamedAsync(call, text) is { } view ? view.Payment.Number : null, Refusal.PaymentUnknown),
                _ => ((long?)null, Refusal.SettlementUnknown),
            };
            if (choice is SettlementChoice.Payout or SettlementChoice.Collection)
                names.Add(text);
            else if (name is { } number)
                names.Add(number.ToString(CultureInfo.InvariantCulture));
            else
                return OwnApiErrors.Of(unknown, $"{above}/names/{names.Count}");
        }

        return names;
    }

    private async Task<long?> NumberOfAsync(Call call, string text)
    {
        var merchant = call.Credential.Merchant;
        return await receivables.FirstAsync(OwnApiNames.AccountNames(merchant, text), call.Cancel) is { } id
            ? (await receivables.AccountAsync(new AccountId(merchant, id), OwnApiNames.Dialect, call.Cancel))?.Account.Number : null;
    }

    private async Task<ListedStatement?> NamedAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        ? await settlements.StatementAsync(new StatementId(call.Credential.Merchant, id), call.Cancel) : null;

    private async Task<SettlementLine?> LineAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        ? await settlements.LineAsync(new SettlementLineId(call.Credential.Merchant, id), call.Cancel) : null;

    private async Task<Answer> NewsAsync(Call call, Outcome outcome)
    {
        var news = await receivables.NewsAsync(call, outcome);
        return SettlementShapes.LineNews.ToAnswer(news) with
        {
            Headers = [OwnApiTags.Of(news.Sequence)],
            Replayed = outcome.Replayed,
        };
    }

    private static Origin Does(Call call, SettlementLine line, string verb, string reason) =>
        call.Does($"settlement.{verb}", $"line {line.Id.Value:D}", reason);
}
