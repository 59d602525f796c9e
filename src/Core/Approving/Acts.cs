using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Core.Approving;

/// <summary>The kinds of acts: each as the command that does it.</summary>
internal static class Acts
{
    /// <summary>The act of a request as a command.</summary>
    /// <param name="result">The id of the refund, where it makes one.</param>
    public static AccountCommand CommandOf(ApprovalRequest request, Origin origin, Guid result) => request.Act.Kind switch
    {
        ActKind.Refund => new RefundPayment(
            origin, request.Target, PaymentOf(request), new RefundId(request.Id.Merchant, result), Reference.House)
        {
            Amount = request.Act.Amount,
            // The database may write JSON in another way.
            KeepsDebt = request.Act.Parameters is not null,
            IsApproved = true,
        },
        ActKind.WriteOff => Correction(request, origin, DebtCorrection.WriteOff),
        ActKind.CreditNote => Correction(request, origin, DebtCorrection.Credit),
        ActKind.Cancellation => Correction(request, origin, DebtCorrection.Cancel),
    };

    /// <summary>Whether the act's subject has changed since the person asked.</summary>
    public static bool IsOvertaken(State state, ApprovalRequest request)
    {
        if (!request.Act.IsOfCharge)
            return state.Payment(PaymentOf(request))?.Events != request.SubjectEvents;
        // Payments and refunds change a charge and put no event on it.
        return state.Charge(ChargeOf(request)) is not { } charge || charge.Events != request.SubjectEvents
            || CorrectCharge.SeenOf(charge) != request.Act.Parameters;
    }

    private static CorrectCharge Correction(ApprovalRequest request, Origin origin, DebtCorrection correction) =>
        new(origin, request.Target, ChargeOf(request), correction, request.Act.Amount) { IsApproved = true };

    private static PaymentId PaymentOf(ApprovalRequest request) => new(request.Id.Merchant, request.Act.Subject);

    private static ChargeId ChargeOf(ApprovalRequest request) => new(request.Id.Merchant, request.Act.Subject);
}
