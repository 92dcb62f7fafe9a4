/** The sd_notify(3) messages: a worker's side that sends, the master's side that receives. */
package dev.prefork.notify;
