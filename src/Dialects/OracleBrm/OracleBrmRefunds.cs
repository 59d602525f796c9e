using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The commands of Oracle BRM's refunds (Oracle BRM 3.7, 5.16).</summary>
internal static class OracleBrmRefunds
{
    /// <summary>The command that gives the money back: of the payment that the refund names, else of the account's credit.</summary>
    /// <param name="call">The request.</param>
    /// <param name="refund">The refund as the client asks for it.</param>
    /// <param name="name">The account as the client names it.</param>
    /// <param name="account">The account; null where the name is unknown, which the command then refuses.</param>
    public static async Task<Command> CommandAsync(Call call, TmfResource refund, Reference name, Account? account)
    {
        var merchant = call.Credential.Merchant;
        var (target, id) = (AccountTarget.Named(name), new RefundId(merchant, call.NewId()));
        var details = (account is null ? refund : await WithOwnMethodAsync(call, refund, account)).ToRefundDetails();
        var amount = refund.TotalAmount!.Amount!.Value;
        if (refund.Payment is null)
        {
            var payments = account is null ? [] : await AccountCredit.PaymentsAsync(call.Books, account.Id, amount, call.Cancel);
            var by = call.OfOperator("payment.refund", $"account {account?.Number}");
            return new RefundCredit(by, target, payments, id, TmfNames.OracleBrm, amount) { Details = details };
        }

        // An unknown payment is the command's to refuse: a repeated request gets its first answer.
        var payment = (await TmfKind.Payment.FindAsync(call, refund.Payment.Id))?.Payment;
        var origin = call.OfOperator("payment.refund", $"payment {payment?.Number}");
        return new RefundPayment(origin, target, payment?.Id ?? new PaymentId(merchant, Guid.Empty), id, TmfNames.OracleBrm)
        {
            Amount = amount,
            Details = details,
        };
    }

    /// <summary>Oracle BRM 5.7: a stored method that is not the bill unit's is replaced by that, and shown so.</summary>
    private static async Task<TmfResource> WithOwnMethodAsync(Call call, TmfResource refund, Account account)
    {
        if (!OracleBrmRequests.IsReference(refund.Method) || await call.Books.OwnInstrumentAsync(account.Id, call.Cancel) is not { } own)
            return refund;
        var method = new TmfMethod
        {
            Id = own.Reference,
            Name = own.Name,
            Type = TmfWords.MethodReference,
            ReferredType = OracleBrmResponses.KindWord(own.Method),
        };
        return refund with { Method = refund.Method.Id == own.Reference ? refund.Method with { Name = own.Name } : method };
    }
}
