namespace FnMesh.ScriptedWorker;

/// <param name="Count">Repetitions; -1 for ever.</param>
/// <param name="Delay">In seconds, where it is always the same; null where it grows.</param>
/// <param name="Shortest">In seconds.</param>
/// <param name="Longest">In seconds.</param>
internal sealed record ScriptedRetry(int Count, double? Delay = null, double? Shortest = null, double? Longest = null);
