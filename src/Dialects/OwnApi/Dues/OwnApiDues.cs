using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Core.Overdue;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Dues;

/// <summary>Collecting what is due from customers' stored instruments.</summary>
/// <param name="apis">The APIs of this server, by their names.</param>
internal sealed class OwnApiDues(
    PublicAddress address, IDues dues, IDuePolicies policies, IRetries retries, IReadOnlyList<string> apis)
{
    private const string Tag = "Dues";
    private const string List = "dues";

    private Operation Collect => new("collectDues", Tag, "Collects what is due until a day")
    {
        Description = "The server asks for each charge that is due by a payment with the customer's stored card or bank account, in the "
            + "order of the customers' numbers; `GET` of its `id` tells how far it is. No charge is asked for while a payment for it is "
            + "under way, or again where one with the same instrument failed: the tries of failed payments go on with those. With `dry` "
            + "nothing is changed, and the answer tells what would be asked for.",
        Body = DueShapes.RunCreate(apis),
        Replies =
        [
            new(201, "The run, which a server carries out from now on.", DueShapes.Run),
            new(200, "With `dry`: the preview.", DueShapes.Preview),
            Conflict(),
        ],
    };

    private Operation ListDue => new("listDues", Tag, "Lists what is due, and says of each charge whether it would be asked for")
    {
        Description = "It is in the order of the customers' numbers. A part has as many customers as `limit` says.",
        Parameters = [.. DueShapes.Filters(apis), .. OfPages],
        Replies = [new(200, "The charges.", DueShapes.DuePage), Invalid],
    };

    private static Operation FindRun { get; } = new("findDues", Tag, "Gives a run, and how its payments stand")
    {
        Description = "It is `waiting` where it is above the limit and an operator began it, until another person releases it; `running` "
            + "until the server has asked for all that was due; then `done`, or `stopped` by a person. `outcomes` go on changing: a debit "
            + "is paid or returned days later.",
        Parameters = [OfId],
        Replies = [new(200, "The run.", DueShapes.Run), NoSuch("run")],
    };

    private static Operation ListPayments { get; } = new("listDuePayments", Tag, "Lists the payments of a run")
    {
        Description = "Each is for one charge, and tells how it stands now. One that failed tells when its instrument is asked again, or "
            + "why it is not. They are in the order in which they were made.",
        Parameters = [OfId, Parameter.InQuery(DueShapes.Result, DueShapes.OfResult), .. OfPages],
        Replies = [new(200, "The payments.", DueShapes.PaymentPage), NoSuch("run"), Invalid],
    };

    private static Operation FindPolicy { get; } = new("findDuesPolicy", Tag, "Gives when a run begins by itself, each month")
    {
        Description = "Without a policy it has no `day`, and no run begins by itself.",
        Replies = [new(200, "The policy.", DueShapes.Policy)],
    };

    public void Map(DialectRoutes routes)
    {
        routes.Get($"{DuesPath}/policy", ReadScope, FindPolicyAsync).WithMetadata(FindPolicy);
        routes.Post("dues.collect", DuesPath, PayScope, CollectAsync, needsKey: true).WithMetadata(Collect);
        routes.Get(DuesPath, ReadScope, ListAsync).WithMetadata(ListDue);
        routes.Get($"{DuesPath}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(FindRun);
        routes.Get($"{DuesPath}/{{{Id}}}/payments", ReadScope, PaymentsAsync).WithMetadata(ListPayments);
    }

    private async Task<Answer> CollectAsync(Call call)
    {
        if (!DueShapes.Read(call.Body, apis).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var (merchant, today) = (call.Credential.Merchant, call.Today);
        var preview = await dues.PreviewAsync(merchant, asked.Filter, today, call.Cancel);
        if (asked.IsDry)
            return DueShapes.Preview.ToAnswer(preview);
        var outcome = await call.SubmitAsync(
            new BeginDues(
                call.Does("dues.collect", $"dues until {asked.Filter.Until:yyyy-MM-dd}", ""), new DueRunId(merchant, call.NewId()), preview)
            {
                Key = call.KeyUse(),
            });
        if (!outcome.Accepted)
            return OwnApiErrors.Of(outcome.Faults[0].Refusal).ToAnswer(address);
        // As it began, so that a repeated request gets the same answer.
        return await dues.FindAsync(new DueRunId(merchant, outcome.Subject), call.Cancel) is { } run
            ? DueShapes.Run.ToAnswer(
                new ShownDues(run.Begun, []), StatusCodes.Status201Created) with
            {
                Replayed = outcome.Replayed,
            }
            : throw new InvalidOperationException("A run that was begun is not in the books.");
    }

    private async Task<Answer> ListAsync(Call call)
    {
        var (merchant, today) = (call.Credential.Merchant, call.Today);
        var query = new OwnApiQuery(call.Http.Request);
        var filter = new DueFilter(query.Day(DueShapes.Until) ?? today)
        {
            Way = EnumWords.Find<DueWay>(query.Word(DueShapes.Method, EnumWords.All<DueWay>())),
            Dialect = query.Word(DueShapes.Api, apis),
            IsAutopayOnly = query.Flag(DueShapes.AutopayOnly) ?? false,
        };
        var size = query.Size();
        var after = query.Place<long>(
            OwnApiQuery.Cursor, List, merchant,
            text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        var found = await dues.CustomersAsync(merchant, filter, today, after ?? 0, size, call.Cancel);
        var next = found.Count < size ? null
            : ListCursor.Of(List, merchant, found[^1].Case.Account.Number.ToString(CultureInfo.InvariantCulture));
        return DueShapes.DuePage.ToAnswer(new ShownPage<ShownDue>(
            [.. found.SelectMany(customer => customer.Verdicts, (customer, one) => new ShownDue(customer.Case, one))], next));
    }

    private async Task<Answer> FindPolicyAsync(Call call)
    {
        var today = call.Today;
        return DueShapes.Policy.ToAnswer(
            new ShownDuePolicy(await policies.LookAsync(call.Credential.Merchant, today, call.Cancel), today));
    }

    private async Task<Answer> FindAsync(Call call) =>
        NamedIn(call) is { } id && await ShownAsync(id, call.Cancel) is { } shown
            ? DueShapes.Run.ToAnswer(shown) : OwnApiErrors.NoSuch("run").ToAnswer(address);

    private async Task<Answer> PaymentsAsync(Call call)
    {
        if (NamedIn(call) is not { } id || await dues.FindAsync(id, call.Cancel) is null)
            return OwnApiErrors.NoSuch("run").ToAnswer(address);
        var query = new OwnApiQuery(call.Http.Request);
        var only = EnumWords.Find<DueResult>(query.Word(DueShapes.Result, EnumWords.All<DueResult>()));
        var (size, list) = (query.Size(), $"payments of {id.Value:N} {only}");
        var after = query.Place<Guid>(
            OwnApiQuery.Cursor, list, id.Merchant, text => Guid.TryParseExact(text, "N", out var payment) ? payment : null);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        var found = await dues.PaymentsAsync(id, only, after ?? Guid.Empty, size + 1, call.Cancel);
        var next = found.Count <= size ? null : ListCursor.Of(list, id.Merchant, found[size - 1].Payment.Id.Value.ToString("N"));
        return DueShapes.PaymentPage.ToAnswer(new ShownPage<AskedDue>(
            await AskedDue.WithNextAsync(
                id.Merchant, [.. found.Take(size)], retries, call.Today, call.Cancel),
            next));
    }

    private async Task<ShownDues?> ShownAsync(DueRunId id, CancellationToken cancel) =>
        await dues.FindAsync(id, cancel) is { } run ? new ShownDues(run, await dues.OutcomesAsync(id, cancel)) : null;

    private static DueRunId? NamedIn(Call call) =>
        Guid.TryParseExact(call.PathValue(Id), "D", out var id) ? new DueRunId(call.Credential.Merchant, id) : null;
}
