namespace FnMesh.Shim.Projects;

/// <summary>Projects that are wanted at the same time and so are built together.</summary>
internal sealed class BuildBatch(ProjectBuild builds)
{
    private readonly Dictionary<string, TaskCompletionSource<BuiltProject>> _wanted = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, TaskCompletionSource<BuiltProject>> Wanted => _wanted;

    /// <param name="project">A folder or a project file, absolute.</param>
    /// <returns>Completes some time after <see cref="Start"/>; never when the builds are stopped.</returns>
    public Task<BuiltProject> Add(string project)
    {
        if (!_wanted.TryGetValue(project, out var built))
        {
            _wanted[project] = built = new TaskCompletionSource<BuiltProject>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return built.Task;
    }

    public void Start()
    {
        if (_wanted.Count > 0)
        {
            builds.Enqueue(this);
        }
    }
}
