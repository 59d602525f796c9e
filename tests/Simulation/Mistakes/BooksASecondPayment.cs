using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>Records a second payment for a line that names a waiting payment.</summary>
internal static class BooksASecondPayment
{
    public static Command For(Command brings, World world)
    {
        var capture = ((TakeAnswer)brings).About;
        return new RecordPayment(
            world.Origin, capture.Target, new PaymentId(world.Merchant, world.Id($"second {capture.Payment.Value}")), "test")
        {
            Amount = capture.Amount,
            ReceivedBy = ClearingProvider.BankTransfer,
            Remainder = Remainder.Credit,
        };
    }
}
