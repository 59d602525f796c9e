using Quittance.Core;
using Quittance.Core.Payments;

namespace Quittance.Bench.Providers;

/// <summary>Times how payments are read.</summary>
internal sealed class TimedBooks(IBooks books, StepTimes times) : IBooks
{
    private const string Read = "payment read";

    public Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        times.TimeAsync(Read, () => books.PaymentAsync(id, asOf, cancel));

    public Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        times.TimeAsync(Read, () => books.PaymentAsync(merchant, number, cancel));
}
