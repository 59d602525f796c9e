using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Core.Approving;

/// <summary>The kinds of acts: each as the command that does it.</summary>
internal static class Acts
{
    /// <summary>The act of a request as a command.</summary>
    /// <param name="result">The id of what it makes.</param>
    public static AccountCommand CommandOf(ApprovalRequest request, Origin origin, Guid result) => request.Act.Kind switch
    {
        ActKind.Refund => new RefundPayment(
            origin, request.Target, PaymentOf(request), new RefundId(request.Id.Merchant, result), Reference.House)
        {
            Amount = request.Act.Amount,
            IsApproved = true,
        },
    };

    /// <summary>Whether the act's subject has changed since the person asked.</summary>
    public static bool IsOvertaken(State state, ApprovalRequest request) => request.SubjectEvents != request.Act.Kind switch
    {
        ActKind.Refund => state.Payment(PaymentOf(request))?.Events,
    };

    private static PaymentId PaymentOf(ApprovalRequest request) => new(request.Id.Merchant, request.Act.Subject);
}
