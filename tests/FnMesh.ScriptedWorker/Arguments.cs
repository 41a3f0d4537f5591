namespace FnMesh.ScriptedWorker;

/// <summary>How the worker is told where to connect.</summary>
internal sealed record Arguments(Uri Host, string WorkerId, string RequestId)
{
    public static Arguments Read(string[] args)
    {
        string Find(string name) => args[Array.IndexOf(args, name) + 1];
        return new Arguments(new Uri(Find("--functions-uri")), Find("--functions-worker-id"), Find("--functions-request-id"));
    }
}
