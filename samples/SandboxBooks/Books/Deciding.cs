using System.Security.Cryptography;
using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox.Books;

/// <summary>The change that a request makes, and the way of its answer.</summary>
internal sealed record Decision(Entry Entry, AnswerManner Manner = AnswerManner.Normal, bool NoticeFirst = false);

/// <summary>Decides what each request changes in the books, and changes nothing itself.</summary>
internal sealed class Deciding(AccountBooks books, DateTimeOffset now, TimeSpan lateBy)
{
    private const long UsualFeeMinor = 1500;

    private DateTimeOffset Later => now + lateBy;

    public Decision Authorise(BookedRequest asked, AuthoriseRequest request)
    {
        if (books.HasTombstone(asked.Id))
            return Declined(asked, RequestReason.AuthorisationInvalid);
        var behaviour = Behaviours.Of(request.Instrument, request.AmountMinor, now);
        if (behaviour is Behaviour.AuthorisationLost or Behaviour.AuthorisationUnavailable && !books.HasTurnedAway(asked.Id))
        {
            return new Decision(
                new Entry(books.Account) { TurnedAway = asked.Id }, behaviour == Behaviour.AuthorisationLost ? AnswerManner.Lost
                    : AnswerManner.Unavailable);
        }

        if (Behaviours.DeclinesFor(behaviour) is { } reason)
            return Declined(asked, reason);

        var waits = behaviour == Behaviour.MustBeConfirmed;
        var authorisation = new BookedAuthorisation(asked.Id, asked.AmountMinor, request.Currency, request.Instrument.Shown, behaviour)
        {
            NoticeUrl = request.NoticeUrl,
            ReturnUrl = request.ReturnUrl,
            Amounts = new Amounts { AuthorisedMinor = waits ? 0 : asked.AmountMinor },
            ConfirmToken = waits ? RandomNumberGenerator.GetHexString(32, lowercase: true) : null,
        };
        var manner = behaviour switch
        {
            Behaviour.AuthorisationUnanswered => AnswerManner.Missing,
            Behaviour.AuthorisationAnsweredLate => AnswerManner.Late,
            _ => AnswerManner.Normal,
        };
        return new Decision(Changed(authorisation, asked.Become(waits ? RequestState.Pending : RequestState.Approved)), manner);
    }

    public Decision Capture(BookedRequest asked)
    {
        if (books.FindAuthorisation(asked.Authorisation) is not { IsVoid: false, Capture: null } authorisation
            || books.FindRequest(asked.Authorisation)?.State != RequestState.Approved
            || asked.Currency != authorisation.Currency || asked.AmountMinor > authorisation.AmountMinor)
        {
            return Declined(asked, RequestReason.AuthorisationInvalid);
        }

        authorisation = authorisation with { Capture = asked.Id };
        var approved = asked.Become(RequestState.Approved);
        var captured = authorisation with { Amounts = authorisation.Amounts with { CapturedMinor = asked.AmountMinor } };
        return authorisation.Behaviour switch
        {
            Behaviour.CaptureDeclined => Declined(asked, RequestReason.Declined),
            Behaviour.Debit or Behaviour.DebitReturned => Waits(authorisation, asked, DueWorkKind.DebitPaid),
            Behaviour.DebitRefused => Waits(authorisation, asked, DueWorkKind.DebitRefused),
            Behaviour.CaptureUnanswered => new(Changed(captured, approved), AnswerManner.Missing),
            Behaviour.CaptureAnswerBroken => new(Changed(captured, approved), AnswerManner.Broken),
            Behaviour.NoticeFirst => new(With(Changed(captured, approved), NoticeOf(captured, approved, now)), NoticeFirst: true),
            Behaviour.NoticeTwice => new(With(Changed(captured, approved), NoticeOf(captured, approved, Later, copies: 2))),
            Behaviour.NoticeForged => new(With(
                Changed(captured, approved),
                NoticeOf(captured, asked.Become(RequestState.Declined, RequestReason.Declined), Later, isForged: true))),
            Behaviour.SettledShort => new(With(Changed(captured, approved), Settlement(captured, approved, asked.AmountMinor - 1))),
            Behaviour.DeclinedLate => new(Changed(captured with { Next = new(DueWorkKind.DeclinedLate, Later) }, approved)),
            _ => new(Changed(captured, approved)),
        };
    }

    public Decision Void(BookedRequest asked)
    {
        var request = books.FindRequest(asked.Authorisation);
        if (books.FindAuthorisation(asked.Authorisation) is not { } authorisation)
        {
            // Nothing is reserved. An authorisation that arrives after its void comes too late.
            var approved = (asked with { AmountMinor = request?.AmountMinor ?? 0, Currency = request?.Currency })
                .Become(RequestState.Approved);
            return new Decision(new Entry(books.Account) { Requests = [approved], Tombstone = asked.Authorisation });
        }

        asked = asked with { AmountMinor = authorisation.AmountMinor, Currency = authorisation.Currency };
        if (authorisation.Capture is not null)
            return Declined(asked, RequestReason.AuthorisationInvalid);
        var voided = authorisation with
        {
            IsVoid = true,
            Amounts = authorisation.Amounts with { VoidedMinor = authorisation.Amounts.AuthorisedMinor }
        };
        if (request is not { State: RequestState.Pending })
            return new Decision(Changed(voided, asked.Become(RequestState.Approved)));

        // The customer can't confirm it any more.
        var declined = request.Become(RequestState.Declined, RequestReason.AuthorisationInvalid);
        return new Decision(With(Changed(voided, asked.Become(RequestState.Approved), declined), NoticeOf(voided, declined, now)));
    }

    /// <param name="isByHand">Whether a person makes it, and not the merchant's program.</param>
    public Decision Refund(BookedRequest asked, bool isByHand)
    {
        if (books.FindAuthorisation(asked.Authorisation) is not { } authorisation
            || asked.Currency != authorisation.Currency || asked.AmountMinor > authorisation.Amounts.RefundableMinor)
        {
            return Declined(asked, RequestReason.AuthorisationInvalid);
        }

        var refunded = authorisation.Amounts with { RefundedMinor = authorisation.Amounts.RefundedMinor + asked.AmountMinor };
        var approved = asked.Become(RequestState.Approved);
        return new Decision(With(
            Changed(authorisation with { Amounts = refunded }, approved), isByHand ? NoticeOf(authorisation, approved, now) : null));
    }

    /// <summary>The entry for a customer's decision about a pending authorisation; null when it is not pending.</summary>
    public Entry? Confirm(BookedAuthorisation authorisation, bool approve)
    {
        if (books.FindRequest(authorisation.Id) is not { State: RequestState.Pending } pending)
            return null;
        var decided = approve ? pending.Become(RequestState.Approved) : pending.Become(RequestState.Declined, RequestReason.NotConfirmed);
        var after = authorisation with { Amounts = new Amounts { AuthorisedMinor = approve ? authorisation.AmountMinor : 0 } };
        return With(Changed(after, decided), NoticeOf(after, decided, now));
    }

    /// <summary>Opens a dispute; null when there is not that much to dispute.</summary>
    public Entry? OpenDispute(BookedAuthorisation authorisation, DisputeRequest request)
    {
        var amounts = authorisation.Amounts;
        var amountMinor = request.AmountMinor ?? amounts.DisputableMinor;
        if (amountMinor <= 0 || amountMinor > amounts.DisputableMinor)
            return null;
        var dispute = new BookedDispute(
            request.Id, request.Kind, authorisation.Id, amountMinor, request.FeeMinor ?? UsualFeeMinor, authorisation.Currency,
            DisputeState.Opened);
        return Disputed(authorisation, dispute, new Amounts { DisputedMinor = amountMinor, FeesMinor = dispute.FeeMinor });
    }

    /// <summary>
    /// Ends a dispute. The money comes back when it is won, unless its capture was declined meanwhile; the fee never does.
    /// </summary>
    public Entry EndDispute(BookedDispute dispute, bool won)
    {
        var authorisation = books.FindAuthorisation(dispute.Authorisation)!;
        var isDeclined = authorisation.Capture is { } capture && books.FindRequest(capture)?.State == RequestState.Declined;
        var change = new Amounts
        {
            DisputedMinor = won ? -dispute.AmountMinor : 0,
            ReversedMinor = won && isDeclined ? dispute.AmountMinor : 0,
        };
        return Disputed(authorisation, dispute with { State = won ? DisputeState.Won : DisputeState.Lost }, change);
    }

    /// <summary>The entry for a change of an authorisation without a request.</summary>
    public Entry? Due(BookedAuthorisation authorisation, DueWorkKind kind)
    {
        authorisation = authorisation with { Next = null };
        var capture = books.FindRequest(authorisation.Capture!.Value)!;
        switch (kind)
        {
            case DueWorkKind.DebitPaid:
                var next = authorisation.Behaviour == Behaviour.DebitReturned ? new DueWork(DueWorkKind.DebitReturned, Later) : null;
                var paid = authorisation with { Next = next, Amounts = authorisation.Amounts with { CapturedMinor = capture.AmountMinor } };
                return Notified(paid, capture.Become(RequestState.Approved));
            case DueWorkKind.DebitRefused:
                return Notified(authorisation, capture.Become(RequestState.Declined, RequestReason.Declined));
            case DueWorkKind.DebitReturned:
                return OpenDispute(
                    authorisation, new DisputeRequest($"returned-{authorisation.Id}", authorisation.Id, DisputeKind.ReturnedDebit));
            case DueWorkKind.DeclinedLate:
                // The refunded money is the merchant's loss: the customer keeps it, and gets all of the captured money back.
                var amounts = authorisation.Amounts;
                var gone = authorisation with { Amounts = amounts with { ReversedMinor = amounts.DisputableMinor } };
                return Notified(
                    gone,
                    capture.Become(RequestState.Declined, RequestReason.Declined),
                    books.FindRequest(authorisation.Id)!.Become(RequestState.Declined, RequestReason.Declined));
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    private static Entry With(Entry entry, Notice? notice) => notice is null ? entry : entry with { Notices = [notice] };

    private Decision Declined(BookedRequest asked, RequestReason reason) =>
        new(new Entry(books.Account) { Requests = [asked.Become(RequestState.Declined, reason)] });

    private Decision Waits(BookedAuthorisation authorisation, BookedRequest asked, DueWorkKind kind) =>
        new(Changed(authorisation with { Next = new DueWork(kind, Later) }, asked.Become(RequestState.Pending)));

    private Entry Changed(BookedAuthorisation authorisation, params BookedRequest[] requests) =>
        new(books.Account) { Authorisation = authorisation, Requests = requests };

    private Entry Notified(BookedAuthorisation authorisation, params BookedRequest[] requests) => Changed(authorisation, requests) with
    {
        Notices = [.. requests.Select(request => NoticeOf(authorisation, request, now)).OfType<Notice>()],
    };

    private Entry Disputed(BookedAuthorisation authorisation, BookedDispute dispute, Amounts change) => new(books.Account)
    {
        Authorisation = authorisation with { Amounts = authorisation.Amounts.Plus(change) },
        Dispute = dispute,
        Notices = authorisation.NoticeUrl is { } url ? [Notice.OfDispute(books.Account, url, dispute, now)] : null,
    };

    private Notice? NoticeOf(
        BookedAuthorisation authorisation, BookedRequest request, DateTimeOffset due, int copies = 1, bool isForged = false) =>
        authorisation.NoticeUrl is { } url
            ? Notice.OfRequest(books.Account, url, request, now) with { DueAt = due, Copies = copies, IsForged = isForged }
            : null;

    private Notice? Settlement(BookedAuthorisation authorisation, BookedRequest capture, long amountMinor) =>
        authorisation.NoticeUrl is { } url ? Notice.OfSettlement(books.Account, url, capture, amountMinor, now) with { DueAt = Later }
            : null;
}
