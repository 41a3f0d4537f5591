using System.Globalization;

namespace FnMesh.Bench.Log;

/// <summary><c>log fill|look|load FOLDER …</c>, called by bench/log.</summary>
internal static class LogCommand
{
    public static async Task<int> RunAsync(string what, string folder, string? number)
    {
        switch (what)
        {
            case "fill":
                LogFill.Run(folder, long.Parse(number!, CultureInfo.InvariantCulture));
                return 0;
            case "look":
                Console.WriteLine("| question | ms | answer | resident MB |");
                Console.WriteLine("|---|---|---|---|");
                await LogLook.RunAsync(folder);
                return 0;
            default:
                Console.WriteLine("| in flight | kept | events/s | p50 ms | p99 ms | p99.9 ms | longest ms | events left |");
                Console.WriteLine("|---|---|---|---|---|---|---|---|");
                foreach (var inFlight in (int[])[1, 64, 512])
                {
                    foreach (var kept in (long?[])[null, 64 << 20]) await LogLoad.RunAsync(folder, inFlight, kept, double.Parse(number!, CultureInfo.InvariantCulture));
                }

                return 0;
        }
    }
}
