using FnMesh.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using FromBodyAttribute = FnMesh.Functions.FromBodyAttribute;

namespace Company.Function;

public class HttpWithBody(ILogger<HttpWithBody> logger)
{
    [Function("HttpWithBody")]
    public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "people/{kind:alpha}")] HttpRequest req, [FromBody] Person person, string kind)
    {
        logger.LogInformation("C# HTTP trigger function processed a request from {path}.", req.Path);
        return kind switch
        {
            "object" => new OkObjectResult(person),
            "content" => new ContentResult { Content = $"<p>{person.Name}</p>", ContentType = "text/html", StatusCode = 201 },
            "status" => new StatusCodeResult(418),
            "none" => new NotFoundResult(),
            "bad" => new BadRequestObjectResult("no"),
            "made" => new CreatedResult("/people/1", person),
            "file" => new FileContentResult([1, 2, 3], "image/png"),
            "json" => new JsonResult(new { person.Name }),
            _ => new EmptyResult(),
        };
    }

    public record Person(string Name, int Age);
}
