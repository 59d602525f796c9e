using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Accounts;

/// <summary>Opening accounts and looking at them.</summary>
internal sealed class OwnApiAccounts(PublicAddress address, IReceivables receivables)
{
    public const string At = "at";
    public const string From = "from";
    public const string To = "to";

    public void Map(DialectRoutes routes)
    {
        routes.Post("account.open", AccountsPath, BillScope, OpenAsync).WithMetadata(AccountShapes.OpenAccount);
        routes.Get(AccountsPath, ReadScope, ListAsync).WithMetadata(AccountShapes.ListAccounts);
        routes.Get($"{AccountsPath}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(AccountShapes.FindAccount);
        routes.Get($"{AccountsPath}/{{{Id}}}/balance", ReadScope, BalanceAsync).WithMetadata(AccountShapes.FindBalance);
        routes.Get($"{AccountsPath}/{{{Id}}}/statement", ReadScope, StatementAsync).WithMetadata(AccountShapes.FindStatement);
        routes.Post("account.contact", $"{AccountsPath}/{{{Id}}}/contact", BillScope, ContactAsync)
            .WithMetadata(AccountShapes.ChangeContact);
        routes.Post("account.close", $"{AccountsPath}/{{{Id}}}/close", CorrectScope, CloseAsync, needsKey: true)
            .WithMetadata(AccountShapes.CloseAccount, AsOperator.Grave);
        routes.Post("account.reopen", $"{AccountsPath}/{{{Id}}}/reopen", CorrectScope, ReopenAsync, needsKey: true)
            .WithMetadata(AccountShapes.ReopenAccount, AsOperator.Grave);
        routes.Post("account.merge", $"{AccountsPath}/{{{Id}}}/merge", CorrectScope, MergeAsync, needsKey: true)
            .WithMetadata(AccountShapes.MergeAccounts, AsOperator.Grave);
        routes.Post("account.unmerge", $"{AccountsPath}/{{{Id}}}/unmerge", CorrectScope, UnmergeAsync, needsKey: true)
            .WithMetadata(AccountShapes.UnmergeAccounts, AsOperator.Grave);
    }

    private async Task<Answer> OpenAsync(Call call)
    {
        if (!AccountShapes.ReadAccount(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var merchant = call.Credential.Merchant;
        var name = new Reference(merchant, OwnApiNames.Dialect, OwnApiNames.Account, asked.Reference!);
        var outcome = await call.SubmitAsync(
            new OpenAccount(call.Origin, new AccountId(merchant, call.NewId()), [name], asked.Currency!, asked.Name)
            {
                Contact = asked.Contact,
                Key = call.KeyUse(),
            });
        if (!outcome.Accepted)
            return OwnApiErrors.Of(outcome.Faults[0].Refusal, "/reference").ToAnswer(address);
        var id = new AccountId(merchant, outcome.Subject);
        var account = outcome.Changes?.Of<Account>().Single()
            ?? (await receivables.AccountAsync(id, OwnApiNames.Dialect, call.Cancel))?.Account
            ?? throw new InvalidOperationException("A kept answer names an account that is not in the books.");
        // A repeated request gets its first answer.
        return AccountShapes.Account.ToAnswer(
            new NamedAccount(account with { Name = asked.Name, Status = AccountStatus.Open }, [name]) { Contact = asked.Contact },
            StatusCodes.Status201Created) with
        {
            Location = $"{address.Base}{OwnApiRoutes.AccountsPath}/{id.Value:D}",
            Replayed = outcome.Replayed,
        };
    }

    /// <summary>Changes the contact of the account that the path names. The answer has what was set, also to a repeated request.</summary>
    private async Task<Answer> ContactAsync(Call call)
    {
        if (!ContactShapes.ReadChange(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await NamedAsync(call) is not { } named)
            return OwnApiErrors.NoSuch("account").ToAnswer(address);
        var outcome = await call.SubmitAsync(
            new ChangeContact(
                call.Does("account.contact", $"account {named.Account.Number}", asked.Reason ?? ""), TargetOf(named.Account), asked.Contact)
            {
                Key = call.KeyUse(),
            });
        if (!outcome.Accepted && outcome.Faults[0].Refusal is not Refusal.NothingToChange and var refusal)
            return OwnApiErrors.Of(refusal).ToAnswer(address);
        return AccountShapes.Account.ToAnswer(named with { Contact = asked.Contact }) with { Replayed = outcome.Replayed };
    }

    private Task<Answer> CloseAsync(Call call) => ChangeAsync(
        call, "close", OwnApiRequests.ReadReason(call.Body),
        (asked, account, origin) => Task.FromResult<Command>(new CloseAccount(origin, TargetOf(account))));

    private Task<Answer> ReopenAsync(Call call) => ChangeAsync(
        call, "reopen", OwnApiRequests.ReadReason(call.Body),
        (asked, account, origin) => Task.FromResult<Command>(new ReopenAccount(origin, TargetOf(account))));

    private Task<Answer> MergeAsync(Call call) => ChangeAsync(
        call, "merge", AccountShapes.ReadMerge(call.Body), async (asked, account, origin) => new MergeAccounts(
            origin, AccountTarget.Named(OwnApiNames.AccountNames(call.Credential.Merchant, asked.Into!)), TargetOf(account),
            await receivables.CreditsAsync(account.Id, call.Cancel), call.NewId()));

    private Task<Answer> UnmergeAsync(Call call) => ChangeAsync(
        call, "unmerge", OwnApiRequests.ReadReason(call.Body), async (asked, account, origin) => await UnmergeAccounts.OfAsync(
            origin, account, into => receivables.CreditsAsync(into, call.Cancel), call.NewId()));

    private Task<Answer> ListAsync(Call call) => OwnApiLists.AnswerAsync(
        call, address, "accounts", _ => Task.FromResult<IReadOnlyList<Criterion>?>([]),
        query => receivables.AccountsAsync(query, OwnApiNames.Dialect, call.Cancel), named => named.Account.Id.Value,
        AccountShapes.Page);

    private async Task<Answer> FindAsync(Call call) => await NamedAsync(call) is { } found
        ? AccountShapes.Account.ToAnswer(found) : OwnApiErrors.NoSuch("account").ToAnswer(address);

    /// <summary>How an account stood as of a moment or a day.</summary>
    private async Task<Answer> BalanceAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var asked = query.AsOf(At, call) ?? AsOf.Of(call.Today);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        return await NamedAsync(call) is { } named
            && await receivables.BalanceAsync(named.Account.Id, asked, call.Cancel) is { } balance
                ? AccountShapes.Balance.ToAnswer(balance) : OwnApiErrors.NoSuch("account").ToAnswer(address);
    }

    /// <summary>A part of an account's statement, by the days of the books.</summary>
    private async Task<Answer> StatementAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var today = call.Today;
        var from = query.Day(From) ?? new DateOnly(today.Year, today.Month, 1);
        var to = query.Day(To) ?? today;
        if (from > to)
            query.Refuse(To, "must not be before the first day");
        // A place in one account's statement is none in another's.
        var list = $"statement of {call.PathValue(OwnApiRoutes.Id)}";
        var after = query.Place(OwnApiQuery.Cursor, list, call.Credential.Merchant, PlaceOf);
        var size = query.Size();
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        if (await NamedAsync(call) is not { } named || await receivables.StatementAsync(
            named.Account.Id, from, to, after, size, call.Cancel) is not { } found)
        {
            return OwnApiErrors.NoSuch("account").ToAnswer(address);
        }

        var next = found.HasMore && found.Lines is [.., var last]
            ? ListCursor.Of(list, call.Credential.Merchant, $"{last.Place.Subject:N} {last.Place.Sequence} {last.Place.Line}") : null;
        return AccountShapes.Statement.ToAnswer(new ShownStatement(found, from, to, next));
    }

    private static StatementPlace? PlaceOf(string text) =>
        text.Split(' ') is [var subject, var sequence, var line] && Guid.TryParseExact(subject, "N", out var id)
        && int.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var nth)
            ? new StatementPlace(id, number, nth) : null;

    private async Task<Answer> ChangeAsync<T>(
        Call call, string verb, Reading<T, OwnApiProblem> body, Func<T, Account, Origin, Task<Command>> makeAsync)
        where T : ReasonRequest => body.TryGet(out var asked, out var problem)
            ? await ChangeAsync(call, $"account.{verb}", asked.Reason!, (account, origin) => makeAsync(asked, account, origin))
            : problem.ToAnswer(address);

    /// <summary>Changes the account that the path names. A repeated request gets the same answer: the event alone.</summary>
    /// <param name="what">The action in the audit log.</param>
    public async Task<Answer> ChangeAsync(Call call, string what, string reason, Func<Account, Origin, Task<Command>> makeAsync)
    {
        if (await NamedAsync(call) is not { Account: var account })
            return OwnApiErrors.NoSuch("account").ToAnswer(address);
        var origin = call.Does(what, $"account {account.Number}", reason);
        var outcome = await call.SubmitAsync(await makeAsync(account, origin) with { Key = call.KeyUse() });
        if (!outcome.Accepted)
        {
            var refusal = outcome.Faults[0].Refusal;
            return OwnApiErrors.Of(
                refusal, refusal is Refusal.AccountUnknown or Refusal.SameCustomer or Refusal.CurrencyMismatch ? "/into" : null)
                .ToAnswer(address);
        }

        var news = await receivables.NewsAsync(call, outcome);
        return AccountShapes.AccountChange.ToAnswer(news) with { Replayed = outcome.Replayed };
    }

    public static AccountTarget TargetOf(Account account) => AccountTarget.Of(account.Id, account.Slot);

    /// <summary>The account that the path names.</summary>
    public async Task<NamedAccount?> NamedAsync(Call call) =>
        await receivables.FirstAsync(
            OwnApiNames.AccountNames(call.Credential.Merchant, call.PathValue(OwnApiRoutes.Id)), call.Cancel) is { } id
            ? await receivables.AccountAsync(new AccountId(call.Credential.Merchant, id), OwnApiNames.Dialect, call.Cancel) : null;
}
