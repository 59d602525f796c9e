using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Links;

/// <summary>Payment links: making them, reading them and taking them back.</summary>
internal sealed class OwnApiLinks(
    PublicAddress address, IReceivables receivables, OwnApiPayments payments, ILinks links, LinkDesk desk)
{
    /// <summary>Where each link stands is looked up by itself.</summary>
    public const int MostItems = 100;

    /// <summary>How many links one request looks at, for those of a status.</summary>
    public const int MostLooked = 2000;

    // Clients that were written by the former name go on.
    private const string FormerPath = $"{Mount}/links";

    public void Map(DialectRoutes routes)
    {
        Map(routes, LinksPath, operation => operation);
        Map(routes, FormerPath, operation => operation.Formerly());
    }

    private void Map(DialectRoutes routes, string path, Func<Operation, Operation> described)
    {
        routes.Post("link.make", path, BillScope, MakeAsync, needsKey: true).WithMetadata(described(LinkShapes.MakeLink));
        routes.Get(path, ReadScope, ListAsync).WithMetadata(described(LinkShapes.ListLinks));
        routes.Get($"{path}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(described(LinkShapes.FindLink));
        routes.Post("link.take_back", $"{path}/{{{Id}}}/take-back", BillScope, TakeBackAsync, needsKey: true)
            .WithMetadata(described(LinkShapes.TakeLinkBack));
    }

    /// <summary>Makes a link.</summary>
    private async Task<Answer> MakeAsync(Call call)
    {
        if (!LinkShapes.ReadLink(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var (merchant, installation) = (call.Credential.Merchant, call.Credential.Installation);
        if (PaymentLink.EndOf(asked.LastDay, installation, call.Now) is not { } endsAt)
            return NoLastDay();
        var parts = await payments.PartsAsync(call, asked.Charges);
        var making = await desk.MakingAsync(
            call.Origin, await OwnApiPayments.PayerAsync(call, asked.Account!, asked.Charges), new PaymentLinkId(merchant, call.NewId()),
            installation, [.. parts.Select(part => part.Target!.Value)], asked.Amount, endsAt, call.Cancel);
        var outcome = await call.SubmitAsync(making with
        {
            Text = asked.Text,
            Opens = asked.Opens ?? LinkOpening.Many,
            Key = call.KeyUse(),
        });
        if (!outcome.Accepted)
        {
            // The command decides on the past: a repeated request gets its first answer also when its last day is over.
            return outcome.Faults[0].Refusal == Refusal.LinkEnded ? NoLastDay()
                : OwnApiErrors.Of(outcome.Faults[0].Refusal, PointerOf(outcome.Faults[0])).ToAnswer(address);
        }

        var link = outcome.Changes?.Of<PaymentLink>().Single()
            ?? await links.FindAsync(new PaymentLinkId(merchant, outcome.Subject), call.Cancel)
            ?? throw new InvalidOperationException("A payment link that was made is not in the books.");
        // A repeated request gets its first answer: the link as it was made.
        return LinkShapes.Link.ToAnswer(
            new ShownLink(link, LinkStanding.Open) { Url = LinkAddress.Of(address.Base, link.Id, call.Credential.HashKey.Span) },
            StatusCodes.Status201Created) with
        {
            Location = $"{address.Base}{OwnApiRoutes.LinksPath}/{link.Id.Value:D}",
            Replayed = outcome.Replayed,
        };
    }

    private Answer NoLastDay() => OwnApiErrors.OfInput(
        [InputFault.At("/last_day", "must be a day that is not over, at most a year from now")]).ToAnswer(address);

    private async Task<Answer> ListAsync(Call call)
    {
        const string List = "payment-links";
        var merchant = call.Credential.Merchant;
        var query = new OwnApiQuery(call.Http.Request);
        var size = query.Whole(OwnApiQuery.Limit, 1, MostItems) ?? MostItems;
        var after = query.Place<Guid>(
            OwnApiQuery.Cursor, List, merchant, text => Guid.TryParseExact(text, "N", out var id) ? id : null);
        var status = query.Word("status", EnumWords.All<LinkStanding>());
        var criteria = await receivables.OfAccountAsync(query, call, []);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        if (criteria is null)
            return LinkShapes.Page.ToAnswer(new ShownPage<ShownLink>([], null));

        List<ShownLink> shown = [];
        var (hasMore, looked) = (true, 0);
        while (hasMore && shown.Count < size && looked < MostLooked)
        {
            var found = await links.ListAsync(new ListQuery(merchant, size) { Criteria = criteria, After = after }, call.Cancel);
            hasMore = found.HasMore;
            foreach (var link in found.Items.TakeWhile(_ => shown.Count < size))
            {
                var one = await ShownAsync(call, link);
                if (status is null || EnumWords.Of(one.Status) == status)
                    shown.Add(one);
                hasMore = found.HasMore || link != found.Items[^1];
                (after, looked) = (link.Id.Value, looked + 1);
            }
        }

        return LinkShapes.Page.ToAnswer(
            new ShownPage<ShownLink>(shown, hasMore ? ListCursor.Of(List, merchant, after!.Value.ToString("N")) : null));
    }

    private async Task<Answer> FindAsync(Call call) => await NamedAsync(call) is { } link
        ? LinkShapes.Link.ToAnswer(await ShownAsync(call, link)) : OwnApiErrors.NoSuch("link").ToAnswer(address);

    /// <summary>Takes a link back.</summary>
    private async Task<Answer> TakeBackAsync(Call call)
    {
        if (!OwnApiRequests.ReadReason(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await NamedAsync(call) is not { } link)
            return OwnApiErrors.NoSuch("link").ToAnswer(address);
        var takingBack = await desk.TakingBackAsync(
            call.Does("link.take-back", $"payment link {link.Id.Value:D}", asked.Reason!), link, call.Cancel);
        var outcome = await call.SubmitAsync(takingBack with { Key = call.KeyUse() });
        return outcome.Accepted
            ? LinkShapes.Link.ToAnswer(new ShownLink(link, LinkStanding.TakenBack)) with { Replayed = outcome.Replayed }
            : OwnApiErrors.Of(outcome.Faults[0].Refusal).ToAnswer(address);
    }

    /// <summary>The link that the path names.</summary>
    public async Task<PaymentLink?> NamedAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        ? await links.FindAsync(new PaymentLinkId(call.Credential.Merchant, id), call.Cancel) : null;

    private async Task<ShownLink> ShownAsync(Call call, PaymentLink link)
    {
        var view = await desk.ViewAsync(link, call.Cancel);
        return new ShownLink(link, view.StandingAt(call.Now)) { Payment = view.Paying?.Id.Value };
    }

    private static string? PointerOf(Fault fault) => fault.Refusal switch
    {
        Refusal.AccountUnknown or Refusal.AccountClosed or Refusal.AccountMerged => "/account",
        Refusal.CurrencyMismatch when fault.Part < 0 => "/amount/currency",
        Refusal.AmountUnsayable or Refusal.LinkAmountNotDue => "/amount",
        _ => fault.Part >= 0 ? $"/charges/{fault.Part}" : null,
    };
}
