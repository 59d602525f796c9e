using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>The events that clients can subscribe to.</summary>
public static class WebhookEvents
{
    /// <summary>Whether some dialect sends events of this type. Commits look for subscriptions of these alone.</summary>
    public static bool IsForWebhooks(this EventType type) => type switch
    {
        EventType.PaymentRecorded or EventType.PaymentAllocated or EventType.PaymentBegun or EventType.PaymentCapturing
            or EventType.PaymentAuthorised or EventType.PaymentCaptured or EventType.PaymentUnanswered or EventType.PaymentDeclined
            or EventType.PaymentCapturePending or EventType.PaymentFailed or EventType.PaymentReversed or EventType.PaymentReinstated
                or EventType.PaymentCancelled
            or EventType.PaymentRefunding or EventType.PaymentRefunded or EventType.PaymentRefundFailed
            or EventType.PaymentUnallocated or EventType.PaymentMoved or EventType.PaymentUnbooked
            or EventType.RefundRecorded or EventType.RefundMade or EventType.RefundAsked or EventType.RefundDone or EventType.RefundFailed
            or EventType.BookingHeld => true,
        EventType.AccountOpened or EventType.InstrumentRegistered or EventType.ChargeRaised or EventType.DepositAsked
            or EventType.PaymentVoiding or EventType.RefundUnanswered or EventType.DisputeLost
            or EventType.SessionOpened or EventType.SessionSubmitted or EventType.SessionUsed or EventType.SessionExpired
            or EventType.LinkMade or EventType.LinkOpened or EventType.LinkTakenBack
            or EventType.BookingConfirmed or EventType.BookingReleased or EventType.BookingExpired
            or EventType.AttemptAsked or EventType.AttemptUnanswered or EventType.AttemptApproved or EventType.AttemptDeclined
            or EventType.AttemptGivenUp or EventType.SettlementBooked or EventType.SettlementIgnored
            or EventType.ApprovalAsked or EventType.ApprovalGiven or EventType.ApprovalRejected or EventType.ApprovalExpired
            or EventType.ApprovalVoided
            or EventType.SettlementUnbooked or EventType.ChargeCancelled or EventType.ChargeCredited or EventType.ChargeReinstated
            or EventType.ChargeWrittenOff or EventType.ChargeRecovered or EventType.ChargeChanged
            or EventType.AccountClosed or EventType.AccountReopened or EventType.AccountMerged or EventType.AccountUnmerged
            or EventType.ChargeMoved
            or EventType.AccountDunned or EventType.AccountDunningEnded or EventType.AccountDunningHeld
            or EventType.AccountDunningReleased => false,
    };
}
