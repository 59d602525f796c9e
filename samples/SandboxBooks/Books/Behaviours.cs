using System.Collections.Frozen;

namespace Quittance.Sandbox.Books;

/// <summary>How an authorisation behaves, from its beginning to its end.</summary>
public enum Behaviour
{
    /// <summary>All goes well.</summary>
    Approved,

    /// <summary>Declined without a reason.</summary>
    Declined,

    /// <summary>Declined: not enough money.</summary>
    InsufficientFunds,

    /// <summary>Declined: expired.</summary>
    Expired,

    /// <summary>Declined: no such card or account.</summary>
    InstrumentInvalid,

    /// <summary>Declined: wrong security code.</summary>
    SecurityCodeWrong,

    /// <summary>Pending until the customer confirms or refuses.</summary>
    MustBeConfirmed,

    /// <summary>Authorised, but its capture is declined.</summary>
    CaptureDeclined,

    /// <summary>Authorised, but the first answer never comes.</summary>
    AuthorisationUnanswered,

    /// <summary>The first request to authorise is lost on the way.</summary>
    AuthorisationLost,

    /// <summary>The first request to authorise finds the service unavailable.</summary>
    AuthorisationUnavailable,

    /// <summary>Authorised, but the first answer comes late.</summary>
    AuthorisationAnsweredLate,

    /// <summary>Captured, but the first answer never comes.</summary>
    CaptureUnanswered,

    /// <summary>Captured, but the first answer is broken.</summary>
    CaptureAnswerBroken,

    /// <summary>The notice of the capture overtakes its answer.</summary>
    NoticeFirst,

    /// <summary>The notice of the capture comes twice.</summary>
    NoticeTwice,

    /// <summary>Captured, then a forged notice says that it is declined.</summary>
    NoticeForged,

    /// <summary>Captured, then declined all the same.</summary>
    DeclinedLate,

    /// <summary>Captured, then a settlement is reported that is one minor unit short.</summary>
    SettledShort,

    /// <summary>A bank debit: paid some time after its capture.</summary>
    Debit,

    /// <summary>A bank debit that the bank refuses after its capture.</summary>
    DebitRefused,

    /// <summary>A bank debit that is paid, then returned.</summary>
    DebitReturned,
}

/// <summary>The behaviour of special numbers and amounts. Everything else is approved.</summary>
public static class Behaviours
{
    // So that the sample of Train Travel's document works, whose card has been over since then.
    private static bool IsOfSample(InstrumentDetails card) => card is { Number: "4242424242424242", ExpiryYear: 2025, ExpiryMonth: 12 };

    /// <summary>The behaviour of a card, by its number.</summary>
    public static FrozenDictionary<string, Behaviour> ByCardNumber { get; } = new Dictionary<string, Behaviour>
    {
        ["4000000000000002"] = Behaviour.Declined,
        ["4000000000009995"] = Behaviour.InsufficientFunds,
        ["4000000000000069"] = Behaviour.Expired,
        ["4000000000000127"] = Behaviour.SecurityCodeWrong,
        ["4000000000003220"] = Behaviour.MustBeConfirmed,
        ["4000000000000341"] = Behaviour.CaptureDeclined,
        ["4000000000000119"] = Behaviour.AuthorisationUnanswered,
    }.ToFrozenDictionary();

    /// <summary>The behaviour of a card that is not in <see cref="ByCardNumber"/>, by the amount authorised in minor units.</summary>
    public static FrozenDictionary<long, Behaviour> ByAmountMinor { get; } = new Dictionary<long, Behaviour>
    {
        [66601] = Behaviour.CaptureUnanswered,
        [66602] = Behaviour.NoticeFirst,
        [66603] = Behaviour.NoticeTwice,
        [66604] = Behaviour.DeclinedLate,
        [66605] = Behaviour.NoticeForged,
        [66606] = Behaviour.SettledShort,
        [66607] = Behaviour.CaptureAnswerBroken,
        [66608] = Behaviour.AuthorisationLost,
        [66609] = Behaviour.AuthorisationUnavailable,
        [66610] = Behaviour.AuthorisationAnsweredLate,
    }.ToFrozenDictionary();

    /// <summary>The behaviour of a bank account, by the last four digits of its number or IBAN.</summary>
    public static FrozenDictionary<string, Behaviour> ByAccountEnding { get; } = new Dictionary<string, Behaviour>
    {
        ["0002"] = Behaviour.DebitRefused,
        ["0003"] = Behaviour.DebitReturned,
        ["2345"] = Behaviour.Approved,
    }.ToFrozenDictionary();

    internal static Behaviour Of(InstrumentDetails instrument, long amountMinor, DateTimeOffset now) => instrument switch
    {
        { ChecksOut: false } => Behaviour.InstrumentInvalid,
        { Kind: not InstrumentKind.Card } => ByAccountEnding.GetValueOrDefault(instrument.Number[^4..], Behaviour.Debit),
        _ when instrument.IsExpired(now) && !IsOfSample(instrument) => Behaviour.Expired,
        _ when ByCardNumber.TryGetValue(instrument.Number, out var behaviour) => behaviour,
        _ => ByAmountMinor.GetValueOrDefault(amountMinor, Behaviour.Approved),
    };

    /// <summary>Why an authorisation is declined at once; null: it is not.</summary>
    internal static RequestReason? DeclinesFor(Behaviour behaviour) => behaviour switch
    {
        Behaviour.Declined => RequestReason.Declined,
        Behaviour.InsufficientFunds => RequestReason.InsufficientFunds,
        Behaviour.Expired => RequestReason.Expired,
        Behaviour.InstrumentInvalid => RequestReason.InstrumentInvalid,
        Behaviour.SecurityCodeWrong => RequestReason.SecurityCodeWrong,
        _ => null,
    };
}
