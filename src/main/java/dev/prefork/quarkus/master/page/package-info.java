/**
 * The status page of a master with what it is made from: the status as JSON and as events, and actions for those who have the token.
 * Requests come on Vert.x' event loops; what reads files runs on threads of Quarkus' pool.
 */
package dev.prefork.quarkus.master.page;
