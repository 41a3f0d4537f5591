using FnMesh.Node;

namespace FnMesh.Functions.Hosting;

/// <summary>How an app ends that cannot start for a reason that a sentence says: with the sentence on stderr and exit code 1, whichever way its program runs it.</summary>
internal static class StartFailure
{
    private static int _watched;

    public static bool Is(object failure) => failure is NodeStartException or AppStartException;

    /// <summary>Of one that the program does not catch; every other failure stays the runtime's to report.</summary>
    public static void Watch()
    {
        if (Interlocked.Exchange(ref _watched, 1) == 1) return;
        AppDomain.CurrentDomain.UnhandledException += static (_, uncaught) =>
        {
            if (!Is(uncaught.ExceptionObject)) return;
            Console.Error.WriteLine(((Exception)uncaught.ExceptionObject).Message);
            Environment.Exit(1);
        };
    }
}
