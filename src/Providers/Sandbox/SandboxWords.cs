using Quittance.Core.Providers;

namespace Quittance.Providers.Sandbox;

/// <summary>The sandbox's words for ours. A word that is missing here is no clear answer.</summary>
internal static class SandboxWords
{
    public static string Of(Verb verb) => verb switch
    {
        Verb.Authorise => "authorise",
        Verb.Capture => "capture",
        Verb.Void => "void",
        Verb.Refund => "refund",
    };

    public static Verb? ToVerb(string? word) => word switch
    {
        "authorise" => Verb.Authorise,
        "capture" => Verb.Capture,
        "void" => Verb.Void,
        "refund" => Verb.Refund,
        _ => null,
    };

    public static Verdict? ToVerdict(string? state) => state switch
    {
        "approved" => Verdict.Approved,
        "declined" => Verdict.Declined,
        "pending" => Verdict.Pending,
        _ => null,
    };

    public static DisputeKind? ToDisputeKind(string? kind) => kind switch
    {
        "chargeback" => DisputeKind.Chargeback,
        "returned_debit" => DisputeKind.ReturnedDebit,
        _ => null,
    };

    /// <summary>Why it declined. That it did is clear also from a reason that we do not know.</summary>
    public static DeclineReason ToReason(string? reason) => reason switch
    {
        "insufficient_funds" => DeclineReason.InsufficientFunds,
        "expired" => DeclineReason.Expired,
        "instrument_invalid" => DeclineReason.InstrumentInvalid,
        "security_code_wrong" => DeclineReason.SecurityCodeWrong,
        "not_confirmed" => DeclineReason.NotConfirmed,
        "authorisation_invalid" => DeclineReason.AuthorisationInvalid,
        _ => DeclineReason.Declined,
    };
}
