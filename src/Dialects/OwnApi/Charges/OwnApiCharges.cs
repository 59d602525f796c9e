using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Charges;

/// <summary>Raising charges and looking at them.</summary>
internal sealed class OwnApiCharges(PublicAddress address, IReceivables receivables)
{
    public const string DueBy = "due_by";

    private const string Open = "open";

    public void Map(DialectRoutes routes)
    {
        routes.Post("charge.raise", ChargesPath, BillScope, RaiseAsync, needsKey: true).WithMetadata(ChargeShapes.RaiseCharges);
        routes.Get(ChargesPath, ReadScope, ListAsync).WithMetadata(ChargeShapes.ListCharges);
        routes.Get($"{ChargesPath}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(ChargeShapes.FindCharge);
    }

    /// <summary>Raises one charge or many.</summary>
    private async Task<Answer> RaiseAsync(Call call)
    {
        if (!ChargeShapes.ReadCharges(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        return asked.IsMany ? await RaiseAllAsync(call, asked.Charges) : await RaiseOneAsync(call, asked.Charges[0]);
    }

    private Task<Answer> ListAsync(Call call) => OwnApiLists.AnswerAsync(
        call, address, "charges", query => CriteriaAsync(query, call), query => receivables.ChargesAsync(query, call.Cancel),
        charge => charge.Id.Value, ChargeShapes.Page);

    private async Task<Answer> FindAsync(Call call)
    {
        if (await FirstNamedAsync(call, call.PathValue(OwnApiRoutes.Id)) is not { } named)
            return OwnApiErrors.NoSuch("charge").ToAnswer(address);
        var (shown, last) = (named, named);
        while (last.MovedTo is { } next && await receivables.ChargeAsync(next, call.Cancel) is { } moved)
        {
            // What left it as by a credit note is what the other one is made of.
            shown = shown with
            {
                AllocatedMinor = shown.AllocatedMinor + moved.AllocatedMinor,
                CreditedMinor = shown.CreditedMinor - moved.Amount.AmountMinor + moved.CreditedMinor,
                WrittenOffMinor = shown.WrittenOffMinor + moved.WrittenOffMinor,
                MovedTo = moved.Id,
            };
            last = moved;
        }

        return ChargeShapes.Charge.ToAnswer(shown) with { Headers = [OwnApiTags.Of(last.Events)] };
    }

    /// <summary>The charge that a text names, or the one that merges made of it; null where it names none.</summary>
    public async Task<Charge?> NamedAsync(Call call, string text)
    {
        var charge = await FirstNamedAsync(call, text);
        while (charge?.MovedTo is { } next)
            charge = await receivables.ChargeAsync(next, call.Cancel);
        return charge;
    }

    /// <summary>The charge that a text names, also where a merge has moved it; null where it names none.</summary>
    public async Task<Charge?> FirstNamedAsync(Call call, string text) =>
        await receivables.FirstAsync(OwnApiNames.ChargeNames(call.Credential.Merchant, text), call.Cancel) is { } id
            ? await receivables.ChargeAsync(new ChargeId(call.Credential.Merchant, id), call.Cancel) : null;

    private async Task<Answer> RaiseOneAsync(Call call, ChargeRequest asked)
    {
        var command = CommandOf(call, asked) with { Key = call.KeyUse() };
        var outcome = await call.SubmitAsync(command);
        if (!outcome.Accepted)
            return OwnApiErrors.Of(outcome.Faults[0].Refusal, PointerOf(outcome.Faults[0])).ToAnswer(address);
        var id = new ChargeId(call.Credential.Merchant, outcome.Subject);
        var charge = outcome.Changes?.Of<Charge>().Single() ?? await receivables.ChargeAsync(id, call.Cancel)
            ?? throw new InvalidOperationException("A kept answer names a charge that is not in the books.");
        // A repeated request gets its first answer: the charge as it was raised, due on that day where the request names none.
        var dueOn = asked.Due is null && outcome.Replayed
            ? call.Credential.Installation.MerchantZone.DayOf((await receivables.NewsAsync(call, outcome)).At) : command.DueOn;
        var raised = charge with
        {
            DueOn = dueOn,
            Document = command.Document?.Value,
            Description = command.Description,
            AllocatedMinor = 0,
            CreditedMinor = 0,
            WrittenOffMinor = 0,
        };
        return ChargeShapes.Charge.ToAnswer(raised, StatusCodes.Status201Created) with
        {
            Location = $"{address.Base}{OwnApiRoutes.ChargesPath}/{id.Value:D}",
            Replayed = outcome.Replayed,
        };
    }

    /// <summary>Raises many charges, each by itself.</summary>
    private async Task<Answer> RaiseAllAsync(Call call, IReadOnlyList<ChargeRequest> asked)
    {
        var all = await call.SubmitAsync(
            asked, (one, _) => ValueTask.FromResult<Command>(CommandOf(call, one)),
            (one, line, outcome) => ValueTask.FromResult(ResultOf(one, outcome, line)));
        // The key finds the charges that are raised, so the client sends the whole request again.
        return all.Interruption is { } refusal
            ? OwnApiErrors.Of(refusal).ToAnswer(address)
            : ChargeShapes.ManyRaised.ToAnswer(new RaisedCharges(all.Results), StatusCodes.Status201Created) with
            {
                Replayed = all.IsRepeat,
            };
    }

    private ChargeResult ResultOf(ChargeRequest asked, Outcome outcome, int line)
    {
        if (outcome.Accepted)
            return new ChargeResult(asked.Reference, outcome.Subject, asked.Amount);
        var fault = outcome.Faults[0];
        var problem = OwnApiErrors.Of(
            fault.Refusal, PointerOf(fault) is { } pointer ? $"/{ChargeShapes.Charges}/{line}{pointer}" : null);
        return new ChargeResult(asked.Reference, null, null) { Problem = new ShownProblem(problem, address) };
    }

    private static RaiseCharge CommandOf(Call call, ChargeRequest asked)
    {
        var merchant = call.Credential.Merchant;
        return new RaiseCharge(
            call.Origin, AccountTarget.Named(OwnApiNames.AccountNames(merchant, asked.Account!)), new ChargeId(merchant, call.NewId()),
            asked.Amount!.Value, asked.Due ?? call.Today)
        {
            Reference = Named(OwnApiNames.Charge, asked.Reference),
            Document = Named(OwnApiNames.Document, asked.Document),
            Description = asked.Description,
        };

        Reference? Named(string kind, string? text) => text is null ? null : new Reference(merchant, OwnApiNames.Dialect, kind, text);
    }

    private static string? PointerOf(Fault fault) => fault.Refusal switch
    {
        Refusal.AccountUnknown or Refusal.AccountClosed or Refusal.AccountMerged => "/account",
        Refusal.ReferenceTaken when fault.Part == RaiseCharge.PartOfDocument => "/document",
        Refusal.ReferenceTaken => "/reference",
        Refusal.CurrencyMismatch => "/amount/currency",
        Refusal.BalanceOutOfRange => "/amount/amount",
        _ => null,
    };

    private async Task<IReadOnlyList<Criterion>?> CriteriaAsync(OwnApiQuery query, Call call)
    {
        List<Criterion> criteria = [];
        if (query.Flag(Open) is { } isOpen)
            criteria.Add(new OpenCriterion(isOpen));
        if (query.Day(DueBy) is { } last)
            criteria.Add(new DueCriterion(last));
        return await receivables.OfAccountAsync(query, call, criteria);
    }
}
