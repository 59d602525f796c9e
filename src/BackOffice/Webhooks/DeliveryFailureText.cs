using Quittance.Core.Webhooks;

namespace Quittance.BackOffice.Webhooks;

/// <summary>Why receivers did not get webhooks, in words.</summary>
public static class DeliveryFailureText
{
    /// <summary>The reason, as the end of a sentence.</summary>
    public static string Of(DeliveryFailure failure) => failure switch
    {
        DeliveryFailure.Unreachable => "no server answers there: the name, the connection or its encryption failed",
        DeliveryFailure.PrivateAddress => "the address is in a private network, which this server may not enter",
        DeliveryFailure.Unencrypted => "the address is not encrypted",
        DeliveryFailure.TimedOut => "there was no answer in time",
        DeliveryFailure.Redirected => "the answer is a redirect, which webhooks do not follow",
        DeliveryFailure.Refused => "the receiver refused it (HTTP 4xx)",
        DeliveryFailure.Failed => "the receiver failed (HTTP 5xx)",
        DeliveryFailure.Gone => "the receiver wants no more events (HTTP 410), so its subscription has ended",
        DeliveryFailure.Unsayable => "a fault of this server, which is in its log",
    };
}
