using System.CommandLine;
using Quittance.Bench;
using Quittance.Bench.Batches;
using Quittance.Bench.Bookings;
using Quittance.Bench.Charges;
using Quittance.Bench.Collections;
using Quittance.Bench.Console;
using Quittance.Bench.Hot;
using Quittance.Bench.Lists;
using Quittance.Bench.Mails;
using Quittance.Bench.Memory;
using Quittance.Bench.Mixed;
using Quittance.Bench.Moments;
using Quittance.Bench.Neighbours;
using Quittance.Bench.Payments;
using Quittance.Bench.Providers;
using Quittance.Bench.Revisions;
using Quittance.Bench.Scale;
using Quittance.Bench.Servers;
using Quittance.Bench.Sessions;

var benchmarks = new RootCommand("Quittance and its rivals side by side, in turn, on one machine and one database.")
{
    PaymentsBenchmark.Command(),
    BatchBenchmark.Command(),
    ChargesBenchmark.Command(),
    CollectionsBenchmark.Command(),
    HotBenchmark.Command(),
    MailsBenchmark.Command(),
    ScaleBenchmark.Command(),
    MerchantsBenchmark.Command(),
    MixedBenchmark.Command(),
    ProviderBenchmark.Command(),
    SessionsBenchmark.Command(),
    BookingsBenchmark.Command(),
    ListsBenchmark.Payments(),
    ListsBenchmark.Charges(),
    ConsoleBenchmark.Command(),
    MomentsBenchmark.Command(),
    MemoryBenchmark.Command(),
    CompareBenchmark.Command(),
    PlainServer.Command(),
    MemoryProviderServer.Command(),
};
benchmarks.SetAction(_ => BenchmarkList.Print(benchmarks));

return await benchmarks.Parse(args).InvokeAsync();
