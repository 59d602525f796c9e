using Quittance.Core.Webhooks;

namespace Quittance.Console.Parts;

/// <summary>Says why something could not be told.</summary>
internal static class FailureWords
{
    public static string Of(DeliveryFailure failure) => failure switch
    {
        DeliveryFailure.Unreachable => "nobody takes it there: the name, the connection or its encryption failed",
        DeliveryFailure.PrivateAddress => "the address is in a private network, which this server may not enter",
        DeliveryFailure.Unencrypted => "the address is not encrypted",
        DeliveryFailure.TimedOut => "there was no answer in time",
        DeliveryFailure.Redirected => "the answer sent us elsewhere, and nobody follows",
        DeliveryFailure.Refused => "the receiver refused it (HTTP 4xx)",
        DeliveryFailure.Failed => "the receiver failed (HTTP 5xx)",
        DeliveryFailure.Unsayable => "a mistake of ours, which the server's log tells",
    };
}
