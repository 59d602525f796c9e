using System.CommandLine;
namespace Quittance.Bench.Batches;
internal static class BatchBenchmark { public static Command Command() => new("batch", "x"); }
