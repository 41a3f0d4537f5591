using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>What a worker was asked and has not answered. An answer names its question by the request id, or, where a worker leaves that empty, answers the oldest question of its kind.</summary>
internal sealed class WorkerQuestions
{
    private readonly Lock _gate = new();
    private readonly List<Question> _open = [];
    private bool _isAbandoned;

    /// <exception cref="WorkerGoneException">From the task: the stream ended before the answer.</exception>
    public Task<StreamingMessage> Add(string id, StreamingMessage.ContentOneofCase answer)
    {
        var question = new Question(id, answer, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_isAbandoned) return Task.FromException<StreamingMessage>(new WorkerGoneException());
            _open.Add(question);
        }

        return question.Answered.Task;
    }

    public void Remove(string id)
    {
        lock (_gate) _open.RemoveAll(question => question.Id == id);
    }

    /// <summary>An answer that nobody waits for is dropped.</summary>
    public void Answer(StreamingMessage message)
    {
        Question? asked;
        lock (_gate)
        {
            asked = _open.Find(question => question.Answer == message.ContentCase && (message.RequestId.Length == 0 || question.Id == message.RequestId));
            if (asked is not null) _open.Remove(asked);
        }

        asked?.Answered.TrySetResult(message);
    }

    public void Abandon()
    {
        Question[] left;
        lock (_gate)
        {
            _isAbandoned = true;
            left = [.. _open];
            _open.Clear();
        }

        foreach (var question in left) question.Answered.TrySetException(new WorkerGoneException());
    }

    private sealed record Question(string Id, StreamingMessage.ContentOneofCase Answer, TaskCompletionSource<StreamingMessage> Answered);
}
